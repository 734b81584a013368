import type { z } from 'zod';
import type {
  Account,
  Acr,
  Cookies,
  DemoFact,
  DemoPerson,
  Host,
  Message,
  MessageRef,
  Refusal,
  Route,
} from '../../../src/plugin.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import type { Change, Collection } from '../../../src/store/port.ts';
import type { Challenge } from '../collections.ts';
import type { People } from './people.ts';
import type { Purpose } from '../purpose.ts';

/** Fields of a form, one string each; those left out are absent. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** What a view is filled with. */
type PageData = Readonly<Record<string, unknown>>;

/** What one person has registered for a method. */
export interface Held<Data> {
  /** Of this registration: another one of the same method has another. */
  readonly id: string;
  readonly data: Data;
}

/** Where a message reaches somebody. */
export type Contact = Pick<Message, 'channel' | 'to'>;

/** A message that a method wants sent; in which language and about what, the flow knows. */
export interface Sending extends Contact {
  /** Name of the template within this plugin. */
  readonly template: string;
  readonly secret: Readonly<Record<string, string>>;
  readonly expiresAt: number;
}

/** The browser that a page is shown in. */
export interface Here {
  /** Keyed hash of it. */
  readonly browser: string;
  readonly cookies: Cookies;
  readonly locale: string;
  /** Where the request came from, for the log and for people to recognise their device by; never to decide on. */
  readonly from?: { readonly address: string; readonly agent: string; readonly correlation: string };
}

export interface IssueQuestion<Data> {
  readonly flowId: string;
  /** What the person registered for the method; empty where there is nobody, or nothing of it. */
  readonly held: readonly Held<Data>[];
  /** Whether answers will be judged: during a block nothing that could be guessed at is sent. */
  readonly guessing: boolean;
  /** Stays the same for a typed name: what is made up for nobody is drawn from it. */
  readonly seed: string;
  readonly purpose: Purpose;
  /** From where it was asked for, as far as its owner may be told. */
  readonly where: { readonly address: string; readonly agent: string };
}

/** What is left behind to judge the answer by, as much for nobody as for somebody; and what is sent to somebody. */
export interface Issued {
  readonly challenge: Pick<Challenge, 'until' | 'data' | 'registered'>;
  readonly message?: Sending;
  /** Committed with the challenge; only for methods that send. */
  readonly changes?: readonly Change[];
}

export interface ProofPage<Data> {
  readonly flowId: string;
  /** Empty where what is registered may not be shown, or nothing is. */
  readonly held: readonly Held<Data>[];
  readonly challenge: Challenge | undefined;
  readonly seed: string;
  readonly here: Here;
}

export interface ProofQuestion<Data> {
  readonly flowId: string;
  /** Absent where nothing may be judged: the work is the same, and the answer is no. */
  readonly challenge: Challenge | undefined;
  readonly here: Here;
  /** Looks the person up; empty where there is nobody or nothing may be judged. Costs time that a first gate shows. */
  held(): Promise<readonly Held<Data>[]>;
}

/** A right answer. */
export interface Proved<Data> {
  /** Which registration it proved. */
  readonly registered: string;
  /** What is registered from now on, such as a counter that moved on; null where it is used up, absent for no change. */
  readonly becomes?: Data | null;
  /** Committed with the proof. */
  readonly changes?: readonly Change[];
  /** News to every contact of its owner, committed with the proof: the template, and what it is filled with. */
  readonly telling?: { readonly template: string; readonly data: Message['data'] };
}

export interface Proof<Data> {
  readonly form: z.ZodType<Fields>;
  /** Whether something has to reach the person before there is anything to answer: the page first asks to send it. */
  readonly sends: boolean;
  /** An answer asks whether something came by another way: one that is too early is not wrong, nor written down as such. */
  readonly waits?: true;
  /** Whether it can be tried in this browser at all; in every one when absent. */
  offered?(here: Here): boolean;
  /** What the page needs beside what is on every page of a gate; writes nothing. */
  page(question: ProofPage<Data>): PageData | Promise<PageData>;
  /**
   * Prepares the answer: for a stranger a job does so, beside the request, so that a wrong answer is judged with the
   * same work whether there is somebody or not. Absent where the page cannot even be shown without the person.
   */
  issue?(question: IssueQuestion<Data>): Issued | Promise<Issued>;
  /** Judges an answer, with the same work whether there is anything to judge or not; undefined when it is wrong. */
  check(question: ProofQuestion<Data>, fields: Fields): Promise<Proved<Data> | undefined>;
  /** What is registered, after it was guessed at too often; absent where that changes nothing. */
  renew?(data: Data): Data;
  /** Judges the secret of a mailed link; absent for methods without links. */
  opens?(challenge: Challenge, secret: string): boolean;
}

/** What waits for a proof that it is the person's; kept sealed. */
export type Pending = Readonly<Record<string, string | number>>;

/** What is to be registered, and what is committed with it. */
export interface Confirmed<Data> {
  readonly data: Data;
  readonly changes?: readonly Change[];
  /** Id of what the person has of this method already, of which it takes the place. */
  readonly replaces?: string;
}

export type Started<Data> =
  | { readonly kind: 'refused'; readonly errors: Readonly<Record<string, MessageRef>> }
  | ({ readonly kind: 'registered' } & Confirmed<Data>)
  | {
      readonly kind: 'pending';
      readonly pending: Pending;
      readonly until: number;
      readonly message?: Sending;
      /** Committed with it. */
      readonly changes?: readonly Change[];
    };

export interface RegistrationQuestion<Data = unknown> {
  readonly flowId: string;
  readonly account: Account;
  readonly here: Here;
  /** What the person has of this method already. */
  readonly held: readonly Held<Data>[];
}

export interface Enrolment<Data> {
  /** Whether there is something for this person to register; always when absent. */
  open?(account: Account, held: readonly Held<Data>[]): boolean | Promise<boolean>;
  readonly form: z.ZodType<Fields>;
  page(question: RegistrationQuestion<Data>): PageData | Promise<PageData>;
  start(question: RegistrationQuestion<Data>, fields: Fields): Promise<Started<Data>>;
  /** The second page, for methods whose `start` leaves something pending. */
  readonly confirmation?: {
    readonly form: z.ZodType<Fields>;
    page(question: RegistrationQuestion<Data>, pending: Pending): PageData | Promise<PageData>;
    /** What is to be registered, or undefined when the answer is wrong. */
    confirm(
      question: RegistrationQuestion<Data>,
      pending: Pending,
      fields: Fields,
    ): Confirmed<Data> | undefined | Promise<Confirmed<Data> | undefined>;
  };
}

/** What tokens tell of a method at sign-in. */
export interface SecondFactor<Data> {
  /** RFC 8176; the same for every registration, unless `amrOf` says it of one. */
  readonly amr: readonly string[];
  amrOf?(data: Data): readonly string[];
  /** The level that it reaches by itself; `aal1` when absent. */
  readonly acr?: Acr;
  /** Stands in where another is not at hand: it is no reason to ask anybody, and not the one that a policy requires. */
  readonly backup?: true;
}

/** What something that was given opens: one gate of a reset, or the pages of registration. */
export type Opening = 'gate' | 'registration';

/** Given by others instead of registered: it counts whatever the policy allows, and never as a registered method. */
export interface Given<Data> {
  /** Whether strangers may try it at the first gate, beside the methods of the policies. */
  readonly offered: boolean;
  /** Undefined once it is over. */
  opens(data: Data): Opening | undefined;
}

/** A sign-in that waits for somebody to say who they are. */
export interface AloneQuestion {
  /** Of the sign-in: what was made for one opens no other. */
  readonly uid: string;
  readonly here: Here;
}

/** Somebody whom an answer names. It counts once they may sign in so, and what they have registered proves it. */
export interface Claim<Data> {
  readonly accountId: string;
  prove(held: readonly Held<Data>[]): Promise<Proved<Data> | undefined>;
}

export interface Alone<Data> {
  readonly form: z.ZodType<Fields>;
  readonly label: MessageRef;
  /** Name of an asset that the sign-in page loads (see `WayIn`). */
  readonly script?: string;
  /** What its page needs, and its script as JSON; writes nothing. */
  page(question: AloneQuestion): PageData;
  /** Undefined where the answer is wrong, or names nobody. */
  claim(question: AloneQuestion, fields: Fields): Promise<Claim<Data> | undefined>;
}

/**
 * A way to prove who one is: a value with its own shape of data, its views `views/<name>/…` and its messages
 * `method.<name>.…`. Nothing outside its file and the list knows which methods there are.
 */
export interface Method<Data = unknown> {
  /** As in the list, in policies and documents. */
  readonly name: string;
  /** Whether guessing can help: such proofs are counted, blocked, and never judged during a block. */
  readonly guessable: boolean;
  /** Where it may be a second factor at sign-in. */
  readonly secondFactor?: SecondFactor<Data>;
  /** Where it tells by itself who somebody is: they sign in with it, without a name and without a password. */
  readonly alone?: Alone<Data>;
  readonly given?: Given<Data>;
  /** How many of it a person may have. */
  readonly most: number;
  readonly data: z.ZodType<Data>;
  /** What its owner recognises and a stranger learns little from; fills the message `method.<name>.held`. */
  describe(data: Data): Readonly<Record<string, string | number>>;
  /** Where its messages go, which it proves to be the person's: news of the account goes there, too. */
  contacts?(data: Data): readonly Contact[];
  /**
   * The things it proves somebody has, such as `phone +4930…` or `browser …`. Proofs of the same thing open one gate,
   * by whichever methods. Empty where nothing else can prove the same.
   */
  proves(data: Data): readonly string[];
  /** Whether what was registered is still so, where the directory has a say in it; always when absent. */
  stands?(data: Data, account: Account): boolean | Promise<boolean>;
  /** When it ends by itself (epoch milliseconds): it opens nothing from then on. Absent where it lasts. */
  ends?(data: Data): number;
  /** What its owner reads once all is done, such as how many are left; `data` is absent where it is used up. */
  afterwards?(data: Data | undefined): MessageRef | undefined;
  readonly proof: Proof<Data>;
  /** Absent where the person cannot register it by themselves. */
  readonly enrolment?: Enrolment<Data>;
  /** What somebody of the demo begins with, and what visitors need to be told of it. */
  readonly demo?: {
    data(person: DemoPerson): Data;
    facts?(data: Data, account: Account): readonly DemoFact[];
  };
  /** What goes with a registration that is removed, such as a row that finds it; committed together. */
  removing?(data: Data): readonly Change[];
  /** What changes when a message of its own, to none of its contacts, could not be delivered for good. */
  undeliverable?(refusal: Refusal): Promise<readonly Change[]>;
  /** Collections, pages and jobs of its own, where it needs any. */
  readonly routes?: readonly Route[];
  /** As `routes`, for pages that stand for themselves and have to know whom they are about. */
  pages?(people: People<Data>): readonly Route[];
  readonly jobs?: readonly Job[];
}

/** What the list holds of a method before there is a host: its section of the configuration and its collections. */
export interface MethodKind<Config extends z.ZodType, Data> {
  readonly config: Config;
  /** Said of every method that may be a second factor: what a policy may name is known before there is a host. */
  readonly secondFactor?: true;
  /** Said of every method that is given (see `Given`): policies do not name it. */
  readonly given?: true;
  /**
   * Said of every method that asks for what others may find out: it is no gate for administrators, and opens the only
   * one where the operator accepted that, and nowhere else.
   */
  readonly knowledge?: true;
  /** Channels that it sends by: a policy that names it is refused where one of them leads nowhere. */
  readonly needs?: readonly Message['channel'][];
  readonly collections?: readonly Collection[];
  create(host: Host, config: z.output<Config>): Method<Data>;
}

export const defineMethod = <Config extends z.ZodType, Data>(
  kind: MethodKind<Config, Data>,
): MethodKind<Config, Data> => kind;

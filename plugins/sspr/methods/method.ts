import type { z } from 'zod';
import type { Account, MessageRef } from '../../../src/plugin.ts';
import type { Challenge } from '../collections.ts';
import type { MethodName } from './names.ts';

/** Fields of a form, one string each; those left out are absent. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** What one person has registered for a method. */
export interface Held<Data> {
  /** Of this registration: another one of the same method has another. */
  readonly id: string;
  readonly data: Data;
}

/** A message that a method wants sent; who it goes to, in which language and about what, the flow knows. */
export interface Sending {
  readonly to: string;
  /** Name of the mail template within this plugin. */
  readonly template: string;
  readonly secret: Readonly<Record<string, string>>;
  readonly expiresAt: number;
}

/** What is left of a message that was sent, and the message, where there is somebody to send it to. */
export interface Sent {
  readonly challenge: Pick<Challenge, 'until' | 'data'>;
  readonly message?: Sending;
}

export interface ProofQuestion<Data> {
  readonly flowId: string;
  /** Absent where nothing may be judged: the work is the same, and the answer is no. */
  readonly challenge: Challenge | undefined;
  /** Looks the person up; undefined where there is nobody or nothing may be judged. Costs time that a first gate shows. */
  held(): Promise<Held<Data> | undefined>;
}

export interface Proof<Data> {
  readonly form: z.ZodType<Fields>;
  /**
   * What the page needs beside what is on every page of a gate.
   * @param held undefined where what is registered may not be shown, or nothing is
   * @param seed stays the same for a typed name: what is made up for nobody is drawn from it
   */
  page(held: Held<Data> | undefined, locale: string, seed: string): Readonly<Record<string, unknown>>;
  /** Judges an answer, with the same work whether there is anything to judge or not. */
  check(question: ProofQuestion<Data>, fields: Fields): Promise<boolean>;
  /** What is registered, after it was answered or guessed at too often; absent where that changes nothing. */
  renew?(data: Data): Data;
  /** Makes what is sent so that it can be proved; absent for methods that send nothing. */
  send?(flowId: string, held: Held<Data> | undefined, options: { readonly guessing: boolean }): Sent;
  /** Judges the secret of a mailed link; absent for methods without links. */
  opens?(challenge: Challenge, secret: string): boolean;
}

export type Started<Data> =
  | { readonly kind: 'refused'; readonly errors: Readonly<Record<string, MessageRef>> }
  | { readonly kind: 'registered'; readonly data: Data }
  /** Waits for a proof that it is the person's; `pending` is kept sealed until then. */
  | {
      readonly kind: 'pending';
      readonly pending: Readonly<Record<string, string | number>>;
      readonly until: number;
      readonly message?: Sending;
    };

export interface RegistrationQuestion {
  readonly flowId: string;
  readonly account: Account;
  readonly locale: string;
}

export interface Enrolment<Data> {
  readonly form: z.ZodType<Fields>;
  page(question: RegistrationQuestion): Readonly<Record<string, unknown>>;
  start(question: RegistrationQuestion, fields: Fields): Promise<Started<Data>>;
  /** The second page, for methods whose `start` leaves something pending. */
  readonly confirmation?: {
    readonly form: z.ZodType<Fields>;
    page(pending: Readonly<Record<string, string | number>>): Readonly<Record<string, unknown>>;
    /** What is to be registered, or undefined when the answer is wrong. */
    confirm(
      question: RegistrationQuestion,
      pending: Readonly<Record<string, string | number>>,
      fields: Fields,
    ): Data | undefined;
  };
}

/**
 * A way to prove who one is: a value with its own shape of data, its views `views/<name>/…` and its messages
 * `method.<name>.…`. Nothing outside its file and the list knows which methods there are.
 */
export interface Method<Data = unknown> {
  readonly name: MethodName;
  /** Whether guessing can help: such proofs are counted, blocked, and never judged during a block. */
  readonly guessable: boolean;
  readonly data: z.ZodType<Data>;
  /** What its owner recognises and a stranger learns little from; fills the message `method.<name>.held`. */
  describe(data: Data): Readonly<Record<string, string | number>>;
  /** Mail addresses that it proves to be the person's. */
  addresses(data: Data): readonly string[];
  readonly proof: Proof<Data>;
  readonly enrolment: Enrolment<Data>;
}

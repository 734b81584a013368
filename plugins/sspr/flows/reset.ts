import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Account } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { Challenge, Flow, GateProof, Registered, StoredFlow } from '../collections.ts';
import type { Proved, Sending } from '../methods/method.ts';
import type { MaybeStored } from '../registrations.ts';
import { gatesOpen } from './proofs.ts';
import { defineFlow, outOfOrder } from './table.ts';
import type { Transition } from './table.ts';

/** Whom the flow is about, as found now. */
export interface Person {
  readonly accountId: string;
  readonly epoch: number;
}

/** Everything that can happen to a reset. Facts come with the event; nothing here reads a store or a clock. */
export type ResetEvent =
  /** The person wants to prove a method that something has to be sent or prepared for. */
  | { readonly type: 'ask'; readonly method: string; readonly sends: boolean }
  /** The job sent it, or did as much for somebody to whom nothing can be sent; `reason` is for the log. */
  | {
      readonly type: 'issue';
      readonly challenge: Challenge;
      readonly reason: string;
      /** Counts as a message, also where there is nobody to send it to. */
      readonly counts: boolean;
      /** Who bears the typed name, also where nothing may be sent to them; for the log alone. */
      readonly subject?: string;
      readonly person?: Person;
      readonly account?: Account;
      readonly message?: Sending;
      readonly changes?: readonly Change[];
    }
  /** An answer came: it is counted before anyone looks whether it is right. */
  | { readonly type: 'attempt'; readonly method: string; readonly judged: boolean }
  | {
      readonly type: 'prove';
      readonly proof: GateProof;
      readonly person: Person;
      readonly gates: number;
      /** Hash of the new secret half of the flow's cookie. */
      readonly key: string;
      readonly registration: MaybeStored;
      /** What the proof makes of what is registered (see `Proved`). */
      readonly becomes?: Registered['data'] | null;
      readonly changes?: readonly Change[];
      readonly telling?: Proved<unknown>['telling'] & { readonly account: Account };
      /** It was counted as an attempt before. */
      readonly counted: boolean;
    }
  /** The mailed link was opened in another browser, where a flow of its own goes on. */
  | { readonly type: 'carry'; readonly method: string; readonly there: Flow }
  /** Another browser, where the mailed link was opened, typed what may be this flow's short word: counted first. */
  | { readonly type: 'try-word' }
  /** There it was right: the proofs of the first browser's flow come along, and that flow ends. */
  | {
      readonly type: 'bring';
      readonly first: StoredFlow;
      readonly gates: number;
      readonly now: number;
      readonly key: string;
    }
  | {
      readonly type: 'write';
      readonly person: Person;
      readonly gates: number;
      readonly browser: string;
      readonly now: number;
      readonly account: Account;
      readonly registration: MaybeStored;
      /** What makes the password the account's. */
      readonly setting: readonly Change[];
    };

export type EventOf<T extends ResetEvent['type']> = Extract<ResetEvent, { type: T }>;

type State = 'first-gate' | 'second-gate' | 'password' | 'finished';
type At<S extends State> = Flow & { readonly state: S };

const to = <S extends State>(flow: Flow, state: S): At<S> => ({ ...flow, state });

const without = (flow: Flow, method: string): Challenge[] =>
  flow.challenges.filter((challenge) => challenge.method !== method);

/** Drops what the job was to do, so that it is not done twice. */
const settled = ({ work: _work, wanted: _wanted, ...flow }: Flow): Flow => flow;

const isProved = (flow: Flow, method: string): boolean => flow.proofs.some((proof) => proof.method === method);

const requireUnproved = (flow: Flow, method: string): void => {
  if (isProved(flow, method)) throw outOfOrder(`${method} is proved already`);
};

const requireSame = (flow: Flow, person: Person): void => {
  const same =
    (flow.accountId === undefined || flow.accountId === person.accountId) &&
    (flow.epoch === undefined || flow.epoch === person.epoch);
  if (!same) throw outOfOrder('the flow is about another person, or the person changed since');
};

const afterProof = (flow: Flow, gates: number, now: number): At<'second-gate' | 'password'> =>
  to(flow, gatesOpen(flow.proofs, flow.browser, now) >= gates ? 'password' : 'second-gate');

const ask = (flow: Flow, { method }: EventOf<'ask'>): Flow => {
  requireUnproved(flow, method);
  return { ...flow, challenges: without(flow, method), work: 'send', wanted: method };
};

const issue = (flow: Flow, { challenge, person }: EventOf<'issue'>): Flow => {
  if (flow.wanted !== challenge.method) throw outOfOrder(`${challenge.method} is not wanted any more`);
  if (person) requireSame(flow, person);
  return { ...settled(flow), ...person, challenges: [...without(flow, challenge.method), challenge] };
};

const attempt = (flow: Flow, { method }: EventOf<'attempt'>): Flow => {
  requireUnproved(flow, method);
  return { ...flow, tries: { ...flow.tries, [method]: (flow.tries[method] ?? 0) + 1 } };
};

const prove = (flow: Flow, { proof, person, gates, key }: EventOf<'prove'>): At<'second-gate' | 'password'> => {
  requireSame(flow, person);
  requireUnproved(flow, proof.method);
  if (proof.browser !== flow.browser) throw outOfOrder('the proof was made in another browser');
  const challenges = without(flow, proof.method);
  return afterProof({ ...settled(flow), ...person, key, challenges, proofs: [...flow.proofs, proof] }, gates, proof.at);
};

/** What is left of a challenge that was used or ended: its place, so that the page of the first browser stays. */
const spent = ({ method, until }: Challenge): Challenge => ({ method, until, data: {} });

const carry = (flow: Flow, { method }: EventOf<'carry'>): Flow => ({
  ...flow,
  challenges: flow.challenges.map((challenge) => (challenge.method === method ? spent(challenge) : challenge)),
});

/**
 * A flow that ended, as its browser goes on seeing it: had it vanished, a stranger would learn that the typed name is
 * somebody's, and what that person is doing.
 */
export const hollowed = ({ accountId: _id, epoch: _epoch, ...flow }: StoredFlow): StoredFlow => ({
  ...flow,
  over: true,
  challenges: flow.challenges.map(spent),
});

/** Tries of the word are kept under a name that no method has; after so many the word is dead. */
export const WORD = 'word';
export const MOST_WORD_TRIES = 3;

const tryWord = (flow: Flow): Flow => {
  const tries = (flow.tries[WORD] ?? 0) + 1;
  if (tries > MOST_WORD_TRIES) throw outOfOrder('the word was guessed at too often');
  return { ...flow, tries: { ...flow.tries, [WORD]: tries } };
};

const bring = (flow: Flow, event: EventOf<'bring'>): At<'second-gate' | 'password'> => {
  const { first, gates, now, key } = event;
  if (flow.from !== first.id || flow.accountId === undefined) throw outOfOrder('not the flow that this one came from');
  if (first.accountId === undefined || first.epoch === undefined) throw outOfOrder('nothing was proved there');
  requireSame(flow, { accountId: first.accountId, epoch: first.epoch });
  const proofs = first.proofs
    .filter((proof) => proof.browser === first.browser && !isProved(flow, proof.method))
    .map((proof) => ({ ...proof, browser: flow.browser }));
  if (proofs.length === 0) throw outOfOrder('there is nothing to bring along');
  return afterProof({ ...flow, key, proofs: [...flow.proofs, ...proofs] }, gates, now);
};

const write = (flow: Flow, { browser, person, gates, now }: EventOf<'write'>): At<'finished'> => {
  if (browser !== flow.browser) throw outOfOrder('another browser than the one that proved');
  if (flow.accountId === undefined) throw outOfOrder('nobody was proved');
  requireSame(flow, person);
  const open = gatesOpen(flow.proofs, flow.browser, now);
  if (gates < 1 || open < gates) throw outOfOrder(`${String(open)} of ${String(gates)} gates are open`);
  return to({ ...settled(flow), challenges: [] }, 'finished');
};

export type ResetEffect =
  | 'count'
  | 'uncount'
  | 'use'
  | 'send'
  | 'end oldest'
  | 'end first'
  | 'begin there'
  | 'set password'
  | 'end others'
  | 'clear limits'
  | 'hold registration'
  | 'forget browsers'
  | 'spare sign-in'
  | 'tell'
  | 'audit';

type Arrow<S extends State, T extends ResetEvent['type']> = Transition<S, Flow, EventOf<T>, ResetEffect>;

const staying = <S extends State, T extends ResetEvent['type']>(
  state: S,
  effects: readonly ResetEffect[],
  apply: (flow: Flow, event: EventOf<T>) => Flow,
): Arrow<S, T> => ({ to: [state], effects, apply: (flow, event) => to(apply(flow, event), state) });

/** What both gates take. */
const gate = <S extends 'first-gate' | 'second-gate'>(state: S) => ({
  ask: staying<S, 'ask'>(state, ['count'], ask),
  issue: staying<S, 'issue'>(state, ['send', 'end oldest', 'audit'], issue),
  attempt: staying<S, 'attempt'>(state, ['count'], attempt),
  carry: staying<S, 'carry'>(state, ['begin there', 'audit'], carry),
  prove: { to: ['second-gate', 'password'], effects: ['uncount', 'use', 'audit'], apply: prove } as const,
});

/** Identify, prove one or two gates, choose, done. The flow begins with the typed name, which nobody looks up. */
export const resetFlow = defineFlow<Flow, ResetEvent>()<State, ResetEffect>({
  kind: 'reset',
  lifetime: 15 * MINUTE,
  initial: 'first-gate',
  final: ['finished'],
  states: {
    'first-gate': gate('first-gate'),
    'second-gate': {
      ...gate('second-gate'),
      'try-word': staying('second-gate', [], tryWord),
      bring: { to: ['second-gate', 'password'], effects: ['end first', 'audit'], apply: bring },
    },
    password: {
      'try-word': staying('password', [], tryWord),
      write: {
        to: ['finished'],
        effects: [
          'set password',
          'end others',
          'clear limits',
          'hold registration',
          'forget browsers',
          'spare sign-in',
          'tell',
          'audit',
        ],
        apply: write,
      },
    },
    finished: {},
  },
});

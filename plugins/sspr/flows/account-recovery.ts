import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Account } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { Challenge, Flow, GateProof, Registered, StoredFlow } from '../collections.ts';
import type { Proved, Sending } from '../methods/method.ts';
import type { MaybeStored } from '../registrations.ts';
import { gatesOpen } from './proofs.ts';
import { outOfOrder } from './table.ts';
import type { Transition } from './table.ts';

/** Whom the flow is about, as found now. */
export interface Person {
  readonly accountId: string;
  readonly epoch: number;
}

/** What the person's policy asks for as things stand now: what was proved by other methods does not count any more. */
export interface Demand {
  /** How many gates. */
  readonly gates: number;
  /** Methods that may open one. */
  readonly methods: readonly string[];
}

/** What can happen on any way back. Facts come with the event; nothing here reads a store or a clock. */
export type RecoveryEvent =
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
      readonly demand: Demand;
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
      readonly demand: Demand;
      readonly now: number;
      readonly key: string;
    };

export type EventOf<T extends RecoveryEvent['type']> = Extract<RecoveryEvent, { type: T }>;

/** What every end of a way back has to know, since it is looked at again as it is committed. */
export interface Ending {
  readonly person: Person;
  readonly demand: Demand;
  readonly browser: string;
  readonly now: number;
  readonly account: Account;
  readonly registration: MaybeStored;
}

/** In `proved` every gate is open. */
export type RecoveryState = 'first-gate' | 'second-gate' | 'proved';

const LIVE: readonly string[] = ['first-gate', 'second-gate', 'proved'] satisfies RecoveryState[];

/** It goes on; every other state of a way back is an end. */
export const isLive = ({ state }: Flow): boolean => LIVE.includes(state);

export const isAtGate = ({ state }: Flow): boolean => state === 'first-gate' || state === 'second-gate';

type At<S extends RecoveryState> = Flow & { readonly state: S };

export const to = <S extends string>(flow: Flow, state: S): Flow & { readonly state: S } => ({ ...flow, state });

const without = (flow: Flow, method: string): Challenge[] =>
  flow.challenges.filter((challenge) => challenge.method !== method);

/** Drops what the job was to do, so that it is not done twice. */
export const settled = ({ work: _work, wanted: _wanted, ...flow }: Flow): Flow => flow;

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

/** Gates that are open by what may open one now. */
export const openGates = ({ proofs, browser }: Flow, { methods }: Demand, now: number): number =>
  gatesOpen(
    proofs.filter(({ method }) => methods.includes(method)),
    browser,
    now,
  );

const afterProof = (flow: Flow, demand: Demand, now: number): At<'second-gate' | 'proved'> =>
  to(flow, openGates(flow, demand, now) >= demand.gates ? 'proved' : 'second-gate');

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

const prove = (flow: Flow, { proof, person, demand, key }: EventOf<'prove'>): At<'second-gate' | 'proved'> => {
  requireSame(flow, person);
  requireUnproved(flow, proof.method);
  if (proof.browser !== flow.browser) throw outOfOrder('the proof was made in another browser');
  const challenges = without(flow, proof.method);
  return afterProof(
    { ...settled(flow), ...person, key, challenges, proofs: [...flow.proofs, proof] },
    demand,
    proof.at,
  );
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

const bring = (flow: Flow, event: EventOf<'bring'>): At<'second-gate' | 'proved'> => {
  const { first, demand, now, key } = event;
  if (flow.from !== first.id || flow.accountId === undefined) throw outOfOrder('not the flow that this one came from');
  if (first.accountId === undefined || first.epoch === undefined) throw outOfOrder('nothing was proved there');
  requireSame(flow, { accountId: first.accountId, epoch: first.epoch });
  const proofs = first.proofs
    .filter((proof) => proof.browser === first.browser && !isProved(flow, proof.method))
    .map((proof) => ({ ...proof, browser: flow.browser }));
  if (proofs.length === 0) throw outOfOrder('there is nothing to bring along');
  return afterProof({ ...flow, key, proofs: [...flow.proofs, ...proofs] }, demand, now);
};

/** Throws `flow_out_of_order` unless this person may end this flow in this browser now. */
export const requireOpen = (flow: Flow, { browser, person, demand, now }: Ending): void => {
  if (browser !== flow.browser) throw outOfOrder('another browser than the one that proved');
  if (flow.accountId === undefined) throw outOfOrder('nobody was proved');
  requireSame(flow, person);
  const open = openGates(flow, demand, now);
  if (demand.gates < 1 || open < demand.gates) {
    throw outOfOrder(`${String(open)} of ${String(demand.gates)} gates are open`);
  }
};

export type RecoveryEffect =
  'count' | 'uncount' | 'use' | 'send' | 'end oldest' | 'end first' | 'begin there' | 'audit';

type Arrow<S extends RecoveryState, T extends RecoveryEvent['type']> = Transition<S, Flow, EventOf<T>, RecoveryEffect>;

const staying = <S extends RecoveryState, T extends RecoveryEvent['type']>(
  state: S,
  effects: readonly RecoveryEffect[],
  apply: (flow: Flow, event: EventOf<T>) => Flow,
): Arrow<S, T> => ({ to: [state], effects, apply: (flow, event) => to(apply(flow, event), state) });

/** What both gates take. */
const gate = <S extends 'first-gate' | 'second-gate'>(state: S) => ({
  ask: staying<S, 'ask'>(state, ['count'], ask),
  issue: staying<S, 'issue'>(state, ['send', 'end oldest', 'audit'], issue),
  attempt: staying<S, 'attempt'>(state, ['count'], attempt),
  carry: staying<S, 'carry'>(state, ['begin there', 'audit'], carry),
  prove: { to: ['second-gate', 'proved'], effects: ['uncount', 'use', 'audit'], apply: prove } as const,
});

/** How every way back begins: with the typed name, which nobody looks up. */
export const begins = { lifetime: 15 * MINUTE, initial: 'first-gate' } as const;

/** The gates of every way back. */
export const gates = {
  'first-gate': gate('first-gate'),
  'second-gate': {
    ...gate('second-gate'),
    'try-word': staying<'second-gate', 'try-word'>('second-gate', [], tryWord),
    bring: { to: ['second-gate', 'proved'], effects: ['end first', 'audit'], apply: bring },
  },
} as const;

/** What is still taken once every gate is open, beside what the way back is about. */
export const proved = { 'try-word': staying<'proved', 'try-word'>('proved', [], tryWord) };

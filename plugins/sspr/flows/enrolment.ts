import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Account } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { Flow, Registered } from '../collections.ts';
import type { Sending } from '../methods/method.ts';
import type { MaybeStored } from '../registrations.ts';
import { defineFlow, outOfOrder } from './table.ts';
import type { Transition } from './table.ts';

/** What can happen on the pages on which methods are registered: at a sign-in, and on the page to manage them. */
export type EnrolmentEvent =
  /** A method was filled in and waits for a proof that it is the person's; `data` is sealed. */
  | {
      readonly type: 'start';
      readonly method: string;
      readonly data: string;
      readonly until: number;
      readonly account: Account;
      readonly message?: Sending;
      readonly changes?: readonly Change[];
    }
  /** Back to the form, as with a mistyped address. */
  | { readonly type: 'drop' }
  /** An answer came: it is counted before anyone looks whether it is right. */
  | { readonly type: 'attempt'; readonly account: Account }
  | {
      readonly type: 'register';
      readonly registered: Registered;
      /** How many of this method a person may have. */
      readonly most: number;
      /** Id of what it takes the place of, where it is not the earliest of too many. */
      readonly replaces?: string;
      readonly registration: MaybeStored;
      readonly changes?: readonly Change[];
      readonly account: Account;
      /** Nothing more has to be registered. */
      readonly enough: boolean;
      readonly now: number;
    }
  | {
      readonly type: 'remove';
      readonly removed: Registered;
      readonly registration: MaybeStored;
      readonly account: Account;
    }
  /** "All of it is still mine." */
  | { readonly type: 'confirm'; readonly registration: MaybeStored; readonly account: Account; readonly now: number }
  /** "This one is still mine", of what may not reach its person any more. */
  | { readonly type: 'keep'; readonly kept: Registered; readonly registration: MaybeStored; readonly account: Account }
  | { readonly type: 'postpone'; readonly account: Account }
  /** Whoever came by a pass needs its pages no more. */
  | { readonly type: 'finish'; readonly account: Account }
  /** This method is to be asked for first at sign-in. */
  | {
      readonly type: 'prefer';
      readonly method: string;
      readonly registration: MaybeStored;
      readonly account: Account;
    };

export type EnrolmentEventOf<T extends EnrolmentEvent['type']> = Extract<EnrolmentEvent, { type: T }>;

type State = 'choosing' | 'proving' | 'finished';
type At<S extends State> = Flow & { readonly state: S };

/** Wrong answers after which what waits is dropped. */
export const MOST_TRIES = 5;

const to = <S extends State>(flow: Flow, state: S): At<S> => ({ ...flow, state });

const without = ({ pending: _pending, ...flow }: Flow): Flow => flow;

// What was filled in again keeps its count: a new code is no new set of tries.
const start = (flow: Flow, { method, data, until }: EnrolmentEventOf<'start'>): At<'proving'> =>
  to({ ...flow, pending: { method, data, until } }, 'proving');

const drop = (flow: Flow): At<'choosing'> => to(without(flow), 'choosing');

const attempt = (flow: Flow): At<'proving'> => {
  if (!flow.pending) throw outOfOrder('nothing waits for a proof');
  const { method } = flow.pending;
  const tries = (flow.tries[method] ?? 0) + 1;
  if (tries > MOST_TRIES) throw outOfOrder(`${method} was guessed at too often`);
  return to({ ...flow, tries: { ...flow.tries, [method]: tries } }, 'proving');
};

const requireOwn = (flow: Flow, account: Account): void => {
  if (flow.accountId !== account.id || flow.epoch !== account.epoch) throw outOfOrder('another person than signed in');
};

export type EnrolmentEffect = 'send' | 'count' | 'uncount' | 'store' | 'tell' | 'audit';

type Arrow<S extends State, T extends EnrolmentEvent['type']> = Transition<
  S,
  Flow,
  EnrolmentEventOf<T>,
  EnrolmentEffect
>;

const starting: Arrow<'proving', 'start'> = { to: ['proving'], effects: ['send'], apply: start };

const postponing: Arrow<'finished', 'postpone'> = {
  to: ['finished'],
  effects: ['audit'],
  apply: (flow) => to(without(flow), 'finished'),
};

const registered = (flow: Flow, { account }: EnrolmentEventOf<'register'>): Flow => {
  requireOwn(flow, account);
  return without(flow);
};

const registering: Arrow<'choosing' | 'finished', 'register'> = {
  to: ['choosing', 'finished'],
  effects: ['uncount', 'store', 'tell', 'audit'],
  apply: (flow, event) => to(registered(flow, event), event.enough ? 'finished' : 'choosing'),
};

const proving = {
  start: starting,
  drop: { to: ['choosing'], apply: drop },
  attempt: { to: ['proving'], effects: ['count'], apply: attempt },
  postpone: postponing,
} as const;

const LIFETIME = 15 * MINUTE;

/** Whoever comes by a pass may have everything to set up. */
const LIFETIME_OF_PASS = 30 * MINUTE;

/** Registration at sign-in: method after method, until there are enough for a reset. */
export const registerFlow = defineFlow<Flow, EnrolmentEvent>()<State, EnrolmentEffect>({
  kind: 'register',
  lifetime: LIFETIME,
  initial: 'choosing',
  final: ['finished'],
  states: {
    choosing: { start: starting, register: registering, postpone: postponing },
    proving: { ...proving, register: registering },
    finished: {},
  },
});

/** After what is registered the pages stay open: a question until it is answered, others for their time. */
const changing: Arrow<'choosing', 'register'> = {
  ...registering,
  to: ['choosing'],
  apply: (flow, event) => to(registered(flow, event), 'choosing'),
};

// What was begun with another method is given up by it.
const ownChange = (flow: Flow, { account }: EnrolmentEventOf<'remove' | 'prefer' | 'keep'>): At<'choosing'> => {
  requireOwn(flow, account);
  return to(without(flow), 'choosing');
};

const removing: Arrow<'choosing', 'remove'> = {
  to: ['choosing'],
  effects: ['store', 'tell', 'audit'],
  apply: ownChange,
};

const preferring: Arrow<'choosing', 'prefer'> = { to: ['choosing'], effects: ['store', 'audit'], apply: ownChange };

const keeping: Arrow<'choosing', 'keep'> = { to: ['choosing'], effects: ['store', 'audit'], apply: ownChange };

/** Reconfirmation at sign-in: "still yours?", with a change or a removal on the way. */
export const confirmFlow = defineFlow<Flow, EnrolmentEvent>()<State, EnrolmentEffect>({
  kind: 'confirm',
  lifetime: LIFETIME,
  initial: 'choosing',
  final: ['finished'],
  states: {
    choosing: {
      start: starting,
      register: changing,
      remove: removing,
      keep: keeping,
      confirm: {
        to: ['finished'],
        effects: ['store', 'audit'],
        apply: (flow, { account }) => {
          requireOwn(flow, account);
          return to(flow, 'finished');
        },
      },
      postpone: postponing,
    },
    proving: { ...proving, register: changing },
    finished: {},
  },
});

const finishing: Arrow<'finished', 'finish'> = {
  to: ['finished'],
  apply: (flow, { account }) => {
    requireOwn(flow, account);
    return to(without(flow), 'finished');
  },
};

/** What a pass of the help desk opens: method after method is added, and nothing else done. */
export const passFlow = defineFlow<Flow, EnrolmentEvent>()<State, EnrolmentEffect>({
  kind: 'pass',
  lifetime: LIFETIME_OF_PASS,
  initial: 'choosing',
  final: ['finished'],
  states: {
    choosing: { start: starting, register: changing, finish: finishing },
    proving: {
      start: starting,
      drop: proving.drop,
      attempt: proving.attempt,
      register: changing,
      finish: finishing,
    },
    finished: {},
  },
});

const managing = { start: starting, register: changing, remove: removing, keep: keeping, prefer: preferring } as const;

/** The page on which people manage their methods: one change after another, until its time is over. */
export const manageFlow = defineFlow<Flow, EnrolmentEvent>()<'choosing' | 'proving', EnrolmentEffect>({
  kind: 'manage',
  lifetime: LIFETIME,
  initial: 'choosing',
  final: [],
  states: {
    choosing: managing,
    proving: { ...managing, drop: proving.drop, attempt: proving.attempt },
  },
});

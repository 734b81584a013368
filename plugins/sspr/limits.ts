import { DAY, HOUR, MINUTE } from '../../src/kernel/clock.ts';
import { lineOf, siteOf } from '../../src/kernel/network.ts';
import type { Secrets } from '../../src/kernel/secrets.ts';
import { fold } from '../../src/kernel/text.ts';
import { Conflict } from '../../src/store/port.ts';
import type { Change } from '../../src/store/port.ts';
import type { Host, Limit } from '../../src/plugin.ts';
import type { Flow } from './collections.ts';
import type { SsprConfig } from './config.ts';

const BEGIN_WINDOW = 10 * MINUTE;
const SEND_WINDOW = 10 * MINUTE;

/**
 * Who a counter is about: strangers and browsers where the person signed in before never spend from the same one, and
 * strangers who have the password from one of their own. Whoever only knows the name could else keep its owner from
 * signing in at a new device.
 */
type Whose = Pick<Flow, 'accountId' | 'known' | 'name' | 'kind'>;

/** As {@link Whose}, and where they are. */
type Here = Whose & Pick<Flow, 'browser'>;

/** The limits of all flows. In a reset, what changes a page depends on the typed name and the browser only (`seen…`). */
export interface SsprLimits {
  /** Whether answers are judged now; nothing that is shown before the first proof may depend on it. */
  judging(flow: Whose, method: string): Promise<boolean>;
  /** When answers are judged again (epoch milliseconds), where too many were wrong for that. */
  blockedUntil(flow: Whose): Promise<number | undefined>;
  /** Counts an answer: against the person where it is judged, and that is given back when it was right. */
  counting(flow: Whose, method: string, judged: boolean): readonly Change[];
  uncounting(flow: Whose, method: string): readonly Change[];
  /** Whether the failures that are allowed have been made, and no block has begun yet. */
  blockIsDue(flow: Whose): Promise<boolean>;
  blocking(flow: Whose): Change;
  /** Everything a finished reset clears: failures and blocks, never sends. */
  clearing(flow: Here, methods: readonly string[]): readonly Change[];

  /** Until when this browser has tried enough with this name, whoever that is (epoch milliseconds). */
  seenUntil(flow: Here): Promise<number | undefined>;
  countingSeen(flow: Here): Change;
  uncountingSeen(flow: Here): Change;
  countingSeenSend(flow: Here): readonly Change[];

  /** Messages to the person and to the address, which need not be the same in number. */
  sending(flow: Here, destination: string | undefined): readonly Change[];
  /** Codes of a registration, and passwords asked for once more before one, that somebody signed in typed. */
  enrolling(accountId: string, what: string): Change;
  enrolled(accountId: string, what: string): Change;

  /** Flows begun from an address by strangers. */
  beginning(address: string): readonly Change[];
}

/** True when a commit failed at a limit. */
export const isCapped = (error: unknown): boolean => error instanceof Conflict && error.reason === 'capped';

const SEALED_NAME = 'sspr typed name';

/** How the typed name rests: people type passwords there. */
export const sealedName = (secrets: Secrets, typed: string): string => secrets.seal(SEALED_NAME, typed);

/** The name as it was typed. */
export const nameOf = (secrets: Secrets, { name }: Pick<Flow, 'name'>): string =>
  name === undefined ? '' : secrets.open(SEALED_NAME, name);

/** Everybody whose guesses a finished reset forgets. An unlock counts with the resets: guesses are not had twice. */
const SIDES = [
  { known: true, kind: 'reset' },
  { known: false, kind: 'reset' },
  { known: false, kind: 'second-factor' },
] as const;

const isProving = ({ kind }: Whose): boolean => kind === 'reset' || kind === 'unlock' || kind === 'second-factor';

export const createLimits = (host: Host, config: SsprConfig['limits']): SsprLimits => {
  const { limits, secrets } = host;
  const window = config.windowHours * HOUR;
  const failures: Limit = { name: 'sspr.failures', cap: config.failures, window };
  const perMethod: Limit = { name: 'sspr.method', cap: config.failuresPerMethodAndHour, window: HOUR };
  const enrolment: Limit = { name: 'sspr.enrolment', cap: config.failuresPerMethodAndHour, window: HOUR };
  const unjudged: readonly Limit[] = [
    { name: 'sspr.unjudged', cap: Number.MAX_SAFE_INTEGER, window },
    { name: 'sspr.unjudgedMethod', cap: Number.MAX_SAFE_INTEGER, window: HOUR },
  ];
  const block: Limit = { name: 'sspr.block', cap: 1, window: config.blockHours * HOUR };
  const seen: Limit = { name: 'sspr.seen', cap: config.failures, window };
  const sends = (name: string): readonly Limit[] => [
    { name: `sspr.${name}.short`, cap: config.sendsPerTenMinutes, window: SEND_WINDOW },
    { name: `sspr.${name}.day`, cap: config.sendsPerDay, window: DAY },
  ];
  const toPerson = sends('person');
  const toAddress = sends('address');
  const fromBrowser = sends('browser');
  const begins: Limit = { name: 'sspr.begins', cap: config.begunPerAddress, window: BEGIN_WINDOW };
  const neighbours: Limit = { name: 'sspr.beginsNetwork', cap: config.begunPerNetwork, window: BEGIN_WINDOW };

  const typed = (flow: Whose): string => fold(nameOf(secrets, flow));
  const side = ({ known, kind }: Whose): string => {
    if (known) return 'known';
    return kind === 'second-factor' ? 'signing in' : 'strangers';
  };
  // Somebody signed in may name any mailbox as their own: that must not use up what its owner needs for a reset.
  const senders = (flow: Here): string => (isProving(flow) ? side(flow) : 'registering');
  const whose = (flow: Whose): string =>
    `${side(flow)} ${flow.accountId === undefined ? `name ${typed(flow)}` : `account ${flow.accountId}`}`;
  const here = (flow: Here): string => `${flow.browser} ${typed(flow)}`;
  const isSpent = async (limit: Limit, key: string): Promise<boolean> =>
    (await limits.spent(limit, key)).count >= limit.cap;

  return {
    async judging(flow, method) {
      const spent = await Promise.all([
        isSpent(block, whose(flow)),
        isSpent(failures, whose(flow)),
        isSpent(perMethod, `${method} ${whose(flow)}`),
      ]);
      return !spent.includes(true);
    },
    async blockedUntil(flow) {
      const [blocked, failed] = await Promise.all([
        limits.spent(block, whose(flow)),
        limits.spent(failures, whose(flow)),
      ]);
      // The job that begins a block may not have come to it yet.
      const until = Math.max(blocked.until ?? 0, failed.count >= failures.cap ? (failed.until ?? 0) : 0);
      return until === 0 ? undefined : until;
    },
    counting(flow, method, judged) {
      // What is not judged is counted as well, where it harms nobody: the work of an answer must not tell of a block.
      const [all = failures, one = perMethod] = judged ? [] : unjudged;
      return [limits.spending(all, whose(flow)), limits.spending(one, `${method} ${whose(flow)}`)];
    },
    // A success clears its own method's failures and gives back what it counted itself; the person's stay.
    uncounting: (flow, method) => [
      limits.returning(failures, whose(flow)),
      limits.clearing(perMethod, `${method} ${whose(flow)}`),
    ],
    async blockIsDue(flow) {
      const [exhausted, blocked] = await Promise.all([isSpent(failures, whose(flow)), isSpent(block, whose(flow))]);
      return exhausted && !blocked;
    },
    blocking: (flow) => limits.spending(block, whose(flow)),
    clearing: (flow, methods) => [
      limits.clearing(seen, here(flow)),
      ...SIDES.flatMap((each) => {
        const key = whose({ ...flow, ...each });
        return [
          limits.clearing(failures, key),
          limits.clearing(block, key),
          ...methods.map((method) => limits.clearing(perMethod, `${method} ${key}`)),
        ];
      }),
    ],

    async seenUntil(flow) {
      const { count, until } = await limits.spent(seen, here(flow));
      return count >= seen.cap ? until : undefined;
    },
    countingSeen: (flow) => limits.spending(seen, here(flow)),
    uncountingSeen: (flow) => limits.returning(seen, here(flow)),
    countingSeenSend: (flow) => fromBrowser.map((limit) => limits.spending(limit, here(flow))),

    sending: (flow, destination) => [
      ...toPerson.map((limit) => limits.spending(limit, whose(flow))),
      ...toAddress.map((limit) =>
        limits.spending(limit, `${senders(flow)} ${destination === undefined ? typed(flow) : fold(destination)}`),
      ),
    ],
    enrolling: (accountId, what) => limits.spending(enrolment, `${what} ${accountId}`),
    enrolled: (accountId, what) => limits.clearing(enrolment, `${what} ${accountId}`),
    beginning: (address) => [limits.spending(begins, lineOf(address)), limits.spending(neighbours, siteOf(address))],
  };
};

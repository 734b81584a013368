import type { Edit, Row } from './mutation.ts';

const LIMITS = 'plugins/sspr/limits.ts';
const GUARD = 'src/sign-in/guard.ts';

const FAILURES: Edit = {
  file: LIMITS,
  text: "name: 'sspr.failures', cap: config.failures,",
  instead: "name: 'sspr.failures', cap: 1e9,",
};
const OF_A_METHOD: Edit = {
  file: LIMITS,
  text: "name: 'sspr.method', cap: config.failuresPerMethodAndHour,",
  instead: "name: 'sspr.method', cap: 1e9,",
};
const SEEN: Edit = {
  file: LIMITS,
  text: "name: 'sspr.seen', cap: config.failures,",
  instead: "name: 'sspr.seen', cap: 1e9,",
};
const OF_A_FLOW: Edit = {
  file: 'plugins/sspr/account-recovery/gate.ts',
  text: '(flow.tries[method] ?? 0) >= desk.config.limits.failures',
  instead: '(flow.tries[method] ?? 0) >= 1e9',
};

const CLEARED: Edit = {
  file: LIMITS,
  text: 'limits.returning(failures, whose(flow)),',
  instead: 'limits.clearing(failures, whose(flow)),',
};

/** Guesses, and limits that turn against those whom they guard. */
export const limits: readonly Row[] = [
  {
    failure: 'One-time codes guessed',
    seen: 'Zitadel CVE-2025-64102, ADSelfService Plus CVE-2022-36413',
    mutations: [
      {
        name: 'guesses-uncounted',
        without: 'judges as many codes as come',
        edits: [FAILURES, OF_A_METHOD, SEEN, OF_A_FLOW],
        attack:
          'test/attacks/guessed-codes.test.ts › has five tries of two hundred in one session, and the right code after them opens nothing',
      },
      {
        name: 'guesses-uncounted-on-any-site',
        without: 'judges as many codes as come',
        edits: [FAILURES, OF_A_METHOD, SEEN, OF_A_FLOW],
        attack: 'test/attacks/any-site/guessed-codes.test.ts › is not found by ',
      },
      {
        name: 'guesses-counted-by-browser',
        without: 'counts guesses for each browser apart, and not for the person',
        edits: [
          {
            file: LIMITS,
            text: '`account ${flow.accountId}`}`;',
            instead: "`account ${flow.accountId} ${'browser' in flow ? String(flow.browser) : ''}`}`;",
          },
        ],
        attack:
          'test/attacks/guessing-over-many-sessions.test.ts › are five and no more, whatever comes at once, and afterwards not even the right codes open anything',
      },
      {
        name: 'another-mail-another-count',
        without: 'begins to count anew when another mail is asked for',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/effects.ts',
            text: '? limits.countingSeenSend(flow)\n          : []',
            instead: "? [...limits.countingSeenSend(flow), ...limits.clearing(flow, ['email'])]\n          : []",
          },
        ],
        attack:
          'test/attacks/guessing-over-many-sessions.test.ts › stay counted when another mail is asked for, in that browser and in all others',
      },
      {
        name: 'registration-guessed',
        without: 'judges as many codes of a registration as come',
        edits: [
          {
            file: LIMITS,
            text: "name: 'sspr.enrolment', cap: config.failuresPerMethodAndHour,",
            instead: "name: 'sspr.enrolment', cap: 1e9,",
          },
          { file: 'plugins/sspr/flows/enrolment.ts', text: 'MOST_TRIES = 5;', instead: 'MOST_TRIES = 1e9;' },
        ],
        attack:
          'test/attacks/guessed-codes.test.ts › has five tries of fifty at a registration, and no more by beginning it again',
      },
      {
        name: 'passwords-guessed',
        without: 'judges as many passwords as come',
        edits: [
          {
            file: GUARD,
            text: '(before?.pausedUntil ?? 0) > clock.now();\n\n  const writing',
            instead: '(before?.pausedUntil ?? 0) > Infinity;\n\n  const writing',
          },
        ],
        attack: 'test/attacks/guessed-codes.test.ts › tries ten passwords of a hundred, from as many addresses at once',
      },
    ],
  },
  {
    failure: 'Guessing behind a success',
    seen: 'reasoned',
    mutations: [
      {
        name: 'success-clears-failures',
        without: 'forgets at a success what was counted against the person',
        edits: [CLEARED],
        attack:
          'test/attacks/guessing-behind-a-success.test.ts › has five guesses in a day, also when she comes back every hour and proves her mailbox first',
      },
      {
        name: 'success-clears-all',
        without: 'forgets at a success what was counted against the person, and counts for no method apart',
        edits: [CLEARED, OF_A_METHOD],
        attack:
          'test/attacks/guessing-behind-a-success.test.ts › clears nothing that was counted there by proving her mailbox again and again with a code',
      },
    ],
  },
  {
    failure: 'Limits as a weapon',
    seen: 'complaints about account lock-out in every product',
    mutations: [
      {
        name: 'one-count-for-all',
        without: 'counts the owner at a known browser together with strangers',
        edits: [{ file: LIMITS, text: "if (known) return 'known';", instead: "if (known) return 'strangers';" }],
        attack:
          'test/attacks/limits-as-a-weapon.test.ts › does not keep her from a reset by mailed code and a sign-in within five minutes at home',
      },
      {
        name: 'one-pause-for-all',
        without: 'pauses the sign-in at a known browser for what strangers typed elsewhere',
        edits: [{ file: GUARD, text: 'if (knownBrowser !== undefined) return [', instead: 'if (!typedName) return [' }],
        attack:
          'test/attacks/limits-as-a-weapon.test.ts › does not keep her from a reset by mailed link and a sign-in within five minutes at home',
      },
      {
        name: 'strangers-end-resets',
        without: 'lets a stranger’s reset end that of a known browser',
        edits: [
          {
            file: 'plugins/sspr/live-flows.ts',
            text: 'flow.known || !other.known)',
            instead: "flow.known || other.id !== '')",
          },
          {
            file: 'plugins/sspr/live-flows.ts',
            text: '(other.known ? 2 : 0) + ',
            instead: '',
          },
          {
            file: 'plugins/sspr/account-recovery/find.ts',
            text: 'if (!flow.known && others.length >= ',
            instead: 'if (!flow.known && others.length >= 1e9 + ',
          },
        ],
        attack:
          'test/attacks/limits-as-a-weapon.test.ts › ends no reset of a known browser by any number of their own, not even by opened mail of theirs',
      },
      {
        name: 'colleagues-spend-mails',
        without: 'counts mails of registrations together with those of resets',
        edits: [
          {
            file: LIMITS,
            text: "isProving(flow) ? side(flow) : 'registering'",
            instead: 'side(flow)',
          },
        ],
        attack:
          'test/attacks/limits-spent-by-colleagues.test.ts › keeps nobody from the mail of a reset by naming their other mailbox as her own, again and again',
      },
      {
        name: 'messages-for-ever',
        without: 'sends as many messages as somebody asks for',
        edits: [{ file: LIMITS, text: '...toPerson.map(', instead: '...toPerson.slice(9).map(' }],
        attack:
          'test/attacks/toll-fraud.test.ts › gets ten texts and calls in a day altogether, however many numbers she names as her own',
      },
    ],
  },
];

import type { Row } from './mutation.ts';

const FLOW = 'plugins/sspr/flows/account-recovery.ts';
const COOKIE = 'plugins/sspr/account-recovery/cookie.ts';
const LINK = 'plugins/sspr/account-recovery/link.ts';
const EMAIL = 'plugins/sspr/methods/email.ts';
const RUN = 'plugins/sspr/flows/run.ts';

// The pause has them meet, which is left to chance without it: on SQLite what is read and what is written lie a few
// microseconds apart.
const LAST_WINS = `await new Promise((resolve) => setTimeout(resolve, 20));
    const now = await store.get(flows, before.id);
    const next: StoredFlow = { ...flow, version: now?.version ?? before.version };`;

/** The order of steps, and whose they are. */
export const steps: readonly Row[] = [
  {
    failure: 'A step skipped: “try another way” let a reset finish without the mailed token',
    seen: 'Keycloak CVE-2026-18963',
    mutations: [
      {
        name: 'gates-uncounted',
        without: 'lets one gate do where two are asked for',
        edits: [
          {
            file: FLOW,
            text: "openGates(flow, demand, now) >= demand.gates ? 'proved' : 'second-gate'",
            instead: "'proved'",
          },
          { file: FLOW, text: 'if (demand.gates < 1 || open < demand.gates) {', instead: 'if (open < 1) {' },
        ],
        attack: 'test/attacks/steps-out-of-order.test.ts › lead nowhere between the proofs, "try another way" included',
      },
      {
        name: 'states-ignored',
        without: 'takes a new password in whatever state the reset is',
        edits: [
          {
            file: 'plugins/sspr/reset/password.ts',
            text: "if (flow.state !== 'proved') throw outOfOrder(",
            instead: 'if (!flow.state) throw outOfOrder(',
          },
          {
            file: 'plugins/sspr/flows/table.ts',
            text: 'own(table.states, flow.state)',
            instead: "own(table.states, event.type === 'write' ? 'proved' : flow.state)",
          },
          { file: FLOW, text: 'if (demand.gates < 1 || open < demand.gates) {', instead: 'if (open < 0) {' },
        ],
        attack:
          'test/attacks/mailbox-thief.test.ts › has none of what she proved in her browser, and is shown no word to bring it along',
      },
      {
        name: 'one-method-twice',
        without: 'takes a code again after it opened its gate, and counts it as another one',
        edits: [
          { file: FLOW, text: 'if (isProved(flow, method)) throw', instead: 'if (!method) throw' },
          {
            file: FLOW,
            text: 'const challenges = without(flow, proof.method);',
            instead: 'const { challenges } = flow;',
          },
          {
            file: 'plugins/sspr/account-recovery/offers.ts',
            text: '!proofs.some(({ method }) => method === one.method.name) &&\n  !thingsOf(',
            instead: 'proofs.length < 9 || !thingsOf(',
          },
        ],
        attack:
          'test/attacks/steps-out-of-order.test.ts › cannot be skipped by a second method that is the first one again',
      },
      {
        name: 'any-site-order',
        without: 'takes a new password before any gate is open',
        edits: [
          {
            file: 'plugins/sspr/reset/password.ts',
            text: "if (flow.state !== 'proved') throw outOfOrder(",
            instead: 'if (!flow.state) throw outOfOrder(',
          },
          {
            file: 'plugins/sspr/flows/table.ts',
            text: 'own(table.states, flow.state)',
            instead: "own(table.states, event.type === 'write' ? 'proved' : flow.state)",
          },
          { file: FLOW, text: 'if (demand.gates < 1 || open < demand.gates) {', instead: 'if (open < 0) {' },
          {
            file: 'plugins/sspr/proving/person.ts',
            text: 'if (flow.accountId === undefined) return undefined;',
            instead:
              'if (flow.accountId === undefined) return undefined; else return eligibleOf(desk, await desk.host.accounts.byId(flow.accountId));',
          },
        ],
        attack:
          'test/attacks/any-site/step-skipped.test.ts › gets nobody to a new password before the first proof, "try another way" included',
      },
    ],
  },
  {
    failure: 'Destination or login kept in the client',
    seen: 'LTB Self Service Password CVE-2023-49032',
    mutations: [
      {
        name: 'flow-of-any-browser',
        without: 'goes on with a reset in any browser that has its cookie',
        edits: [
          { file: COOKIE, text: ' || flow.browser !== visit.browser', instead: '' },
          { file: FLOW, text: 'if (browser !== flow.browser) throw', instead: 'if (!browser) throw' },
        ],
        attack:
          'test/attacks/swapped-between-people.test.ts › goes on in no flow of Alice with its whole cookie, which belongs to another browser',
      },
      {
        name: 'flow-without-secret',
        without: 'goes on with the reset that a cookie names, whatever its secret',
        edits: [
          { file: COOKIE, text: "host.secrets.matches(PURPOSE, pair?.secret ?? '', flow.key)", instead: 'true' },
          { file: COOKIE, text: ' || flow.browser !== visit.browser', instead: '' },
        ],
        attack:
          'test/attacks/any-site/somebody-elses-reset.test.ts › goes on in no reset of another with any part of its cookies',
      },
      {
        name: 'sign-in-of-any-browser',
        without: 'ends a reset in any sign-in that its form names',
        edits: [
          {
            file: 'src/oidc/interactions.ts',
            text: 'return artifact?.consumedAt === undefined && artifact?.browser === visit.browser;',
            instead: 'return artifact !== undefined;',
          },
        ],
        attack:
          'test/attacks/swapped-between-people.test.ts › moves no reset into a sign-in that another browser began',
      },
    ],
  },
  {
    failure: 'A token that is not bound to its person',
    seen: 'authentik CVE-2023-26481',
    mutations: [
      {
        name: 'code-of-anybody',
        without: 'takes any code that was mailed to anybody for the code of this reset',
        edits: [
          {
            file: EMAIL,
            text: 'const right = secrets.matches(PROOF_CODE, bound(flowId, code), String(expected));',
            instead:
              'const right = secrets.hash(PROOF_CODE, bound(flowId, code)) !== expected && code.trim().length > 7;',
          },
        ],
        attack: 'test/attacks/swapped-between-people.test.ts › opens no gate of Alice by a code or a link of her own',
      },
      {
        name: 'registration-of-anybody',
        without: 'confirms a registration by the code of another one',
        edits: [
          {
            file: EMAIL,
            text: "const right = secrets.matches(REGISTRATION_CODE, bound(flowId, code), String(pending['code'] ?? ''));",
            instead: 'const right = code.trim().length > 7;',
          },
        ],
        attack:
          'test/attacks/swapped-between-people.test.ts › registers nothing for Alice by the code of a registration of her own',
      },
    ],
  },
  {
    failure: 'Reuse, stale links',
    seen: 'Keycloak #26815, #21348',
    mutations: [
      {
        name: 'resets-outlive-a-reset',
        without:
          'leaves other resets alive when one is finished, and never looks whether everything of the person ended',
        edits: [
          {
            file: 'plugins/sspr/reset/effects.ts',
            text: 'return others.filter(({ id }) => id !== flow.id).map(ending);',
            instead: 'return others.slice(0, 0).map(ending);',
          },
          {
            file: 'plugins/sspr/proving/person.ts',
            text: 'return account?.epoch === flow.epoch ? eligibleOf(desk, account) : undefined;',
            instead: 'return eligibleOf(desk, account);',
          },
          { file: FLOW, text: '(flow.epoch === undefined || flow.epoch === person.epoch)', instead: 'true' },
        ],
        attack: 'test/attacks/stale-proofs.test.ts › are dead after a finished reset',
      },
      {
        name: 'resets-outlive-a-new-one',
        without: 'leaves the reset alive that a browser begins anew',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/identify.ts',
            text: '...(earlier ? [change.remove(flows, earlier.id)] : []),',
            instead: '...(earlier ? [] : []),',
          },
        ],
        attack: 'test/attacks/stale-proofs.test.ts › are dead after a new request in the same browser',
      },
      {
        name: 'contact-not-looked-at',
        without: 'takes a link for the person, though the address that it went to is theirs no more',
        edits: [
          {
            file: LINK,
            text: 'heldAtGate(recovery.desk, person, method).find(({ id }) => id === challenge.registered)',
            instead: "(heldAtGate(recovery.desk, person, method)[0] ?? { id: challenge.registered ?? '', data: {} })",
          },
        ],
        attack: 'test/attacks/stale-proofs.test.ts › are dead once the person has another address, or none',
      },
      {
        name: 'no-lifetime',
        without: 'lets codes and links live for ever',
        edits: [
          { file: EMAIL, text: '&& clock.now() < challenge.until,', instead: ',' },
          {
            file: EMAIL,
            text: 'if (!right || clock.now() >= Number(codeUntil)) return undefined;',
            instead: 'if (!right || !codeUntil) return undefined;',
          },
          { file: FLOW, text: 'lifetime: 15 * MINUTE', instead: 'lifetime: 15_000 * MINUTE' },
        ],
        attack: 'test/attacks/stale-proofs.test.ts › are dead the next day',
      },
    ],
  },
  {
    failure: 'A race on redeem',
    seen: 'several products',
    mutations: [
      {
        name: 'last-writer-wins',
        without: 'writes a step over whatever others have written meanwhile',
        edits: [
          {
            file: RUN,
            text: 'const next: StoredFlow = { ...flow, version: before.version };',
            instead: LAST_WINS,
          },
        ],
        attack: 'test/attacks/race-on-redeem-process.test.ts › of one mailed code have one winner',
      },
      {
        name: 'last-link-wins',
        without: 'writes a step over whatever others have written meanwhile',
        edits: [
          {
            file: RUN,
            text: 'const next: StoredFlow = { ...flow, version: before.version };',
            instead: LAST_WINS,
          },
        ],
        attack:
          'test/attacks/any-site/used-twice.test.ts › is won by one of fifty browsers that press the button of a link at once',
      },
    ],
  },
  {
    failure: 'A mailbox thief inherits the other gate',
    seen: 'reasoned from link flows that follow the mail',
    mutations: [
      {
        name: 'link-carries-proofs',
        without: 'has the proofs of the first browser come along with the link',
        edits: [
          {
            file: LINK,
            text: '    ...(first.signIn',
            instead:
              '    proofs: first.proofs.map((one) => ({ ...one, browser: visit.browser })),\n    ...(first.signIn',
          },
        ],
        attack:
          'test/attacks/mailbox-thief.test.ts › has none of what she proved in her browser, and is shown no word to bring it along',
      },
      {
        name: 'link-opens-the-first-browser',
        without: 'opens the gate in the browser that asked for the mail, wherever its button is pressed',
        edits: [{ file: LINK, text: 'link.flow.browser === visit.browser\n', instead: "visit.browser !== ''\n" }],
        attack: 'test/attacks/mailbox-thief.test.ts › gains nothing in his browser, at any step of hers',
      },
      {
        name: 'account-unnamed',
        without: 'does not say whose account a link is about',
        edits: [{ file: LINK, text: 'userName: person.account.userName,', instead: "userName: 'your account'," }],
        attack:
          'test/attacks/mailbox-thief.test.ts › has his own account named to her, before she presses the button and where she would type a password',
      },
      {
        name: 'word-for-ever',
        without: 'takes the short word however often it was wrong',
        edits: [
          { file: FLOW, text: 'export const MOST_WORD_TRIES = 3;', instead: 'export const MOST_WORD_TRIES = 3000;' },
        ],
        attack:
          'test/attacks/short-word.test.ts › has three tries at the short word over all links of a reset, and not three for each',
      },
    ],
  },
];

import type { Row } from './mutation.ts';

const IDENTIFY = 'plugins/sspr/account-recovery/identify.ts';
const LINK = 'plugins/sspr/account-recovery/link.ts';
const EMAIL = 'plugins/sspr/methods/email.ts';

/** What strangers, and whoever reads what the server leaves behind, learn. */
export const seen: readonly Row[] = [
  {
    failure: 'Enumeration by body, time, delay of the mail, or by who gets throttled',
    seen: 'authentik GHSA-vmf9-6pcv-xr87, Keycloak #26625, LTB Self Service Password',
    mutations: [
      {
        name: 'looked-up-at-once',
        without: 'looks up the typed name in the request',
        edits: [
          {
            file: IDENTIFY,
            text: 'const eligible = await eligibleOf(desk, account);',
            instead:
              'const eligible = await eligibleOf(desk, account);\n  await eligibleOf(desk, await host.accounts.byName(typed));',
          },
        ],
        attack:
          'test/attacks/who-exists-by-work.test.ts › is the same, step by step, for somebody and for nobody, and for whoever is blocked',
      },
      {
        name: 'sent-at-once',
        without: 'finds the person and queues their mail in the request',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/find.ts',
            text: 'if (methodOf(recovery.desk, name)?.proof.issue) {',
            instead: "if (name === '') {",
          },
        ],
        attack: 'test/attacks/who-exists-by-work.test.ts › queues no mail in a request, and hashes no password',
      },
      {
        name: 'blocked-at-once',
        without: 'does not count the answers of somebody who is blocked',
        edits: [
          {
            file: 'plugins/sspr/limits.ts',
            text: 'const [all = failures, one = perMethod] = judged ? [] : unjudged;',
            instead: 'if (!judged) return [];\n      const [all = failures, one = perMethod] = judged ? [] : unjudged;',
          },
        ],
        attack: 'test/attacks/who-exists-by-work.test.ts › is the same at an unlock, and as much as at a reset',
      },
      {
        name: 'nothing-hashed-for-nobody',
        without: 'verifies no answers to questions where there is nobody',
        edits: [
          {
            file: 'plugins/sspr/methods/questions.ts',
            text: 'numbers.slice(0, held ? expected.length : asked)',
            instead: 'numbers.slice(0, expected.length)',
          },
        ],
        attack:
          'test/attacks/who-exists-by-work.test.ts › hashes and writes as much for answers to questions, also where they may be the only gate',
      },
      {
        name: 'names-refused',
        without: 'says that nobody bears a typed name',
        edits: [
          {
            file: IDENTIFY,
            text: 'if (typed.length > MOST_OF_A_NAME) return',
            instead: 'if (!(await host.accounts.byName(typed))) return',
          },
        ],
        attack: 'test/attacks/any-site/who-exists.test.ts › by none of a reset up to the first proof, limits included',
      },
      {
        name: 'nobody-never-paused',
        without: 'pauses no sign-ins under a name that nobody bears',
        edits: [
          {
            file: 'src/sign-in/guard.ts',
            text: 'return accountId === undefined ? [name] : [name,',
            instead: 'return accountId === undefined ? [] : [name,',
          },
        ],
        attack:
          'test/attacks/any-site/who-exists.test.ts › by none of a sign-in with a wrong password, pauses included',
      },
      {
        name: 'no-password-hashed-for-nobody',
        without: 'answers at once where nobody bears the name at a sign-in',
        edits: [
          {
            file: 'src/sign-in/password-step.ts',
            text: 'return await passwords.verifyNobody(password, username);',
            instead: "return { outcome: 'wrong' };",
          },
        ],
        attack:
          'test/attacks/who-exists-by-sign-in.test.ts › costs as many slow hashes for somebody as for nobody and for a service account, paused or not',
      },
      {
        name: 'another-name',
        without: 'takes a name in one more form, which nobody compares for somebody and for nobody',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/word.ts',
            text: 'z.strictObject({ word: z.string() })',
            instead: 'z.strictObject({ word: z.string(), username: z.string().optional() })',
          },
        ],
        attack: 'test/attacks/who-exists-by-any-form.test.ts › is known to the attacks that find out who exists',
      },
      {
        name: 'no-made-up-apps',
        without: 'judges codes of apps by what there is alone',
        edits: [
          {
            file: 'plugins/sspr/otp/judge.ts',
            text: '{ length: Math.max(0, most - held.length) }',
            instead: '{ length: 0 }',
          },
          { file: 'plugins/sspr/otp/judge.ts', text: '.padEnd(most * SLOT_LENGTH)', instead: '' },
        ],
        attack:
          'test/attacks/who-exists-by-device-code.test.ts › leaves as much behind to judge an answer by, of the same length',
      },
      {
        name: 'no-made-up-codes',
        without: 'judges recovery codes by what is left of them alone',
        edits: [
          {
            file: 'plugins/sspr/methods/recovery.ts',
            text: '{ length: CODES - codes.length }',
            instead: '{ length: 0 }',
          },
        ],
        attack:
          'test/attacks/who-exists-by-paper-code.test.ts › leaves as much behind to judge an answer by, of the same length',
      },
      {
        name: 'name-beside-a-pass',
        without: 'looks up the name that is typed beside a pass',
        edits: [
          {
            file: 'plugins/sspr/pass/open.ts',
            text: 'const row = await store.get(passes, passHash(secrets, pass));',
            instead: 'await accounts.byName(typed);\n  const row = await store.get(passes, passHash(secrets, pass));',
          },
        ],
        attack:
          'test/attacks/who-exists-by-pass.test.ts › get one page for everybody and for nobody, byte for byte, by the same work, which looks nobody up',
      },
    ],
  },
  {
    failure: 'The code in a response',
    seen: 'Zitadel CVE-2026-105211',
    mutations: [
      {
        name: 'code-on-the-page',
        without: 'shows the code on the page that asks for it',
        edits: [
          {
            file: EMAIL,
            text: '{ code: secrets.hash(PROOF_CODE, bound(flowId, code)), codeUntil',
            instead: '{ code: secrets.hash(PROOF_CODE, bound(flowId, code)), plain: code, codeUntil',
          },
          {
            file: EMAIL,
            text: 'page: ({ held: [held] }) => ({ address: held && maskAddress(held.data.address) }),',
            instead: "page: ({ challenge }) => ({ address: String(challenge?.data['plain'] ?? '') }),",
          },
        ],
        attack: 'test/attacks/any-site/code-in-a-response.test.ts › is in no header and no body on the way to it',
      },
      {
        name: 'token-on-the-page',
        without: 'repeats the secret of a mailed link on its page',
        edits: [
          {
            file: LINK,
            text: 'userName: person.account.userName,',
            instead: "userName: visit.cookies.get(cookieOf(recovery)) ?? '',",
          },
        ],
        attack:
          'test/attacks/secrets-in-the-open.test.ts › holds none of it in a page or a redirect, and no token but in the redirect that takes it out of the address',
      },
    ],
  },
  {
    failure: 'A live link in the outbox, a backup or a log',
    seen: 'reasoned',
    mutations: [
      {
        name: 'outbox-unsealed',
        without: 'keeps codes and links in the outbox as they are',
        edits: [
          {
            file: 'src/notify/outbox.ts',
            text: 'data: JSON.stringify(data),',
            instead: 'data: JSON.stringify({ ...data, ...secret }),',
          },
        ],
        attack:
          'test/attacks/secrets-in-the-open.test.ts › holds none of it in a file of the data directory, the write-ahead log included',
      },
      {
        name: 'paths-logged',
        without: 'logs whole paths of requests that it refuses',
        edits: [
          { file: 'src/http/failures.ts', text: 'const LONGEST_WORD = 32;', instead: 'const LONGEST_WORD = 9999;' },
        ],
        attack: 'test/attacks/link-scanners.test.ts › leaves no live link in the log, however strangely it asks for it',
      },
      {
        name: 'answers-in-the-audit-log',
        without: 'keeps what was typed as an answer in the audit log',
        edits: [
          {
            file: 'plugins/sspr/proving/judge.ts',
            text: 'await recordMiss(gate, taken.flow, method, taken.judged);',
            instead:
              "await recordMiss(gate, { ...taken.flow, agent: Object.values(visit.form).join(' ') }, method, taken.judged);",
          },
        ],
        attack: 'test/attacks/secrets-in-the-open.test.ts › holds none of it in a record of the audit log',
      },
    ],
  },
  {
    failure: 'Link scanners burn tokens',
    seen: 'kratos #3971',
    mutations: [
      {
        name: 'opening-is-using',
        without: 'uses a mailed link as it is opened',
        edits: [
          {
            file: LINK,
            text: "get(pathTo(recovery, '/link'), (visit) => show(recovery, visit)),",
            instead: "get(pathTo(recovery, '/link'), (visit) => use(recovery, visit)),",
          },
        ],
        attack:
          'test/attacks/link-scanners.test.ts › in a mail changes nothing, though it follows every address with cookies and all',
      },
      {
        name: 'opening-is-using-on-any-site',
        without: 'uses a mailed link as it is opened',
        edits: [
          {
            file: LINK,
            text: "get(pathTo(recovery, '/link'), (visit) => show(recovery, visit)),",
            instead: "get(pathTo(recovery, '/link'), (visit) => use(recovery, visit)),",
          },
        ],
        attack:
          'test/attacks/any-site/link-scanners.test.ts › is still good after it was opened by every method that changes nothing',
      },
    ],
  },
];

import type { Row } from './mutation.ts';

const PROVING = 'src/sign-in/proving.ts';

/** What else proves who somebody is: second factors, keys, and what was given for one thing and shown for another. */
export const proofs: readonly Row[] = [
  {
    failure: 'A token of another purpose',
    seen: 'Keycloak PR 27360',
    mutations: [
      {
        name: 'any-link',
        without: 'takes any secret that comes with a reset for that of its mailed link',
        edits: [
          {
            file: 'plugins/sspr/methods/email.ts',
            text: "secrets.matches(LINK, secret, String(challenge.data['link'] ?? '')) &&",
            instead: 'secret.length > 7 &&',
          },
        ],
        attack: 'test/attacks/token-of-another-purpose.test.ts › opens nothing as a mailed link',
      },
      {
        name: 'any-form-token',
        without: 'takes anything for the token of a form',
        edits: [
          {
            file: 'src/http/browser.ts',
            text: "return value !== undefined && secrets.matches('csrf', value, token);",
            instead: 'return value !== undefined && token.length > 7;',
          },
        ],
        attack: 'test/attacks/token-of-another-purpose.test.ts › makes no form one of ours',
      },
      {
        name: 'unlock-for-reset',
        without: 'goes on with a reset by the cookie of an unlock',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/cookie.ts',
            text: 'if (flow?.kind !== kind.name || ',
            instead: "if (!flow || kind.name === '' as string || ",
          },
        ],
        attack:
          'test/attacks/reset-and-unlock.test.ts › goes on in no reset with the cookie of an unlock, nor the other way round',
      },
      {
        name: 'unlock-link-for-reset',
        without: 'opens a gate of a reset by the link of an unlock',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/link.ts',
            text: 'const isHere = flow?.kind === recovery.kind.name && isAtGate(flow);',
            instead: 'const isHere = flow !== undefined && isAtGate(flow);',
          },
        ],
        attack:
          'test/attacks/reset-and-unlock.test.ts › opens nothing in one by the mailed link of the other, whichever path or cookie it is put into',
      },
    ],
  },
  {
    failure: 'A second factor skipped, guessed or used twice',
    seen: 'reasoned',
    mutations: [
      {
        name: 'half-a-sign-in-for-ever',
        without: 'keeps a half-finished sign-in for ever',
        edits: [
          {
            file: PROVING,
            text: 'half?.browser === browser && half.expiresAt > clock.now()',
            instead: 'half?.browser === browser',
          },
          {
            file: 'plugins/sspr/flows/second-factor.ts',
            text: 'lifetime: 15 * MINUTE,',
            instead: 'lifetime: 15_000 * MINUTE,',
          },
        ],
        attack:
          'test/attacks/second-factor-skipped.test.ts › has nothing left after fifteen minutes, and begins with the password again',
      },
      {
        name: 'code-used-twice',
        without: 'takes a code of an app again',
        edits: [
          {
            file: 'plugins/sspr/methods/totp.ts',
            text: 'if (one && counter >= one.data.next) {',
            instead: 'if (one && counter >= 0) {',
          },
          {
            file: 'plugins/sspr/otp/judge.ts',
            text: 'find(key, one, [code], usual(one, now), LOOK_AHEAD)',
            instead: 'find(key, { ...one, next: 0 }, [code], usual(one, now), LOOK_AHEAD)',
          },
        ],
        attack:
          'test/attacks/second-factor-codes.test.ts › signs in once: whoever looked over the shoulder is told that it is wrong',
      },
      {
        name: 'text-for-any-sign-in',
        without: 'takes the code of a text for any sign-in of its person',
        edits: [
          {
            file: 'plugins/sspr/methods/phone.ts',
            text: 'const right = secrets.matches(PROOF_CODE, `${way.name} ${flowId} ${digitsOf(code)}`, expected);',
            instead: "const right = flowId !== '' && expected !== '' && digitsOf(code).length === CODE_DIGITS;",
          },
        ],
        attack:
          'test/attacks/second-factor-texts.test.ts › opens that one only, and not another of the same person at the same time',
      },
    ],
  },
  {
    failure: 'A proof that was lent, planted or made for something else',
    seen: 'reasoned',
    mutations: [
      {
        name: 'passkey-for-any-sign-in',
        without: 'takes the answer of a passkey for any sign-in in any browser',
        edits: [
          {
            file: 'plugins/sspr/passkeys/challenges.ts',
            text: '`${uid} ${here.browser} ${part}`',
            instead: "`${uid === here.browser ? uid : ''} ${part}`",
          },
        ],
        attack:
          'test/attacks/passkeys-of-an-insider.test.ts › neither signs others in to their own account by a form of theirs, nor by an answer they lend',
      },
      {
        name: 'device-for-any-reset',
        without: 'takes what a trusted device signed for any reset',
        edits: [
          {
            file: 'plugins/sspr/trusted-device/challenges.ts',
            text: 'secrets.hash(GATE, flowId);',
            instead: "secrets.hash(GATE, flowId === '' ? flowId : 'any');",
          },
        ],
        attack:
          'test/attacks/trusted-devices.test.ts › opens no other reset: not a later one, nor one in another browser, nor the same a second time',
      },
      {
        name: 'approval-seen-by-anybody',
        without: 'tells any browser what a phone approved',
        edits: [
          {
            file: 'plugins/sspr/approval/requests.ts',
            text: "row?.state === 'approved' && row.browser === browser ? row",
            instead: "row?.state === 'approved' && browser !== '' ? row",
          },
        ],
        attack: 'test/attacks/approvals.test.ts › cannot ask the page of somebody else whether it was approved',
      },
    ],
  },
  {
    failure: 'A password changed by whoever found a browser open',
    seen: 'reasoned',
    mutations: [
      {
        name: 'present-password-unasked',
        without: 'changes a password without the present one',
        edits: [
          {
            file: 'plugins/sspr/change/choose.ts',
            text: 'if (fault) return choicePage(changing, room, fault);',
            instead: 'if (fault?.status === 1) return choicePage(changing, room, fault);',
          },
          {
            file: 'src/directory/local-authority.ts',
            text: '|| !(await hashing.verify(record.hash, current))',
            instead: '',
          },
        ],
        attack:
          'test/attacks/change-without-the-password.test.ts › and found a browser open does not get past the question for the present one, and is paused',
      },
      {
        name: 'old-proofs-change-methods',
        without: 'lets a session of any age change methods',
        edits: [
          {
            file: 'plugins/sspr/enrolment/need.ts',
            text: 'export const FRESH = 10 * MINUTE;',
            instead: 'export const FRESH = 10_000 * MINUTE;',
          },
        ],
        attack:
          'test/attacks/security-info-abused.test.ts › changes nothing with a session whose proof is ten minutes old, and sees that password and code are missing',
      },
      {
        name: 'one-factor-changes-methods',
        without: 'lets the password alone change methods of somebody with a second factor',
        edits: [
          {
            file: 'plugins/sspr/security-info/entry.ts',
            text: 'const isEnough = !wantsMore || reaches(session.acr, LEVEL);',
            instead: 'const isEnough = !wantsMore || session.acr !== undefined;',
          },
        ],
        attack:
          'test/attacks/security-info-abused.test.ts › changes nothing with the password alone, where there is a second factor',
      },
    ],
  },
  {
    failure: 'A weak reset, then new factors enrolled',
    seen: 'reports of SIM swaps',
    mutations: [
      {
        name: 'no-hold',
        without: 'lets methods be added right after a reset by one gate',
        edits: [
          {
            file: 'plugins/sspr/reset/effects.ts',
            text: 'if (openGates(flow, demand, now) > 1) return [];',
            instead: 'if (openGates(flow, demand, now) > 0) return [];',
          },
        ],
        attack:
          'test/attacks/weak-reset-then-new-methods.test.ts › is asked neither to confirm nor to register for a day, and signs in meanwhile',
      },
      {
        name: 'policy-of-then',
        without: 'counts what was proved by the policy of when it was proved',
        edits: [
          {
            file: 'plugins/sspr/flows/account-recovery.ts',
            text: 'proofs.filter(({ method }) => methods.includes(method)),',
            instead: "proofs.filter(({ method }) => methods.length > 0 && method !== ''),",
          },
        ],
        attack:
          'test/attacks/promoted-in-between.test.ts › sets no password as an administrator by questions answered as nobody special',
      },
    ],
  },
  {
    failure: '“This was not me” in the wrong hands',
    seen: 'reasoned',
    mutations: [
      {
        name: 'frozen-in-name',
        without: 'signs people in though their account is frozen',
        edits: [
          {
            file: PROVING,
            text: 'if (await freezes.of(account.id)) {',
            instead: "if (account.id === '' && (await freezes.of(account.id))) {",
          },
        ],
        attack:
          'test/attacks/not-me-abused.test.ts › stops who has a passkey, a second factor, a remembered browser or a half-finished sign-in as well',
      },
      {
        name: 'frozen-for-ever',
        without: 'freezes an account as often as somebody with a link of a notice likes',
        edits: [
          {
            file: 'plugins/sspr/not-me/disown.ts',
            text: 'cap: 3, window: DAY };',
            instead: 'cap: 3000, window: DAY };',
          },
        ],
        attack:
          'test/attacks/not-me-abused.test.ts › keeps the owner out three times a day at most, and ends sessions and opens cases beyond',
      },
    ],
  },
];

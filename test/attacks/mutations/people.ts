import type { Row } from './mutation.ts';

/** Whose accounts may be reset, by what, and what ends with it. */
export const people: readonly Row[] = [
  {
    failure: 'The first credential set through a reset',
    seen: 'Zitadel CVE-2026-119128',
    mutations: [
      {
        name: 'address-of-the-account',
        without: 'mails a code to the address of the account where nothing is registered',
        edits: [
          {
            file: 'plugins/sspr/account-recovery/find.ts',
            text: 'const held = heldAtGate(desk, person, method);',
            instead:
              "const registered = heldAtGate(desk, person, method);\n  const held = registered.length > 0 ? registered : [{ id: 'own', data: { address: person.account.mail[0] ?? '' } }];",
          },
        ],
        attack:
          'test/attacks/first-credential-by-a-reset.test.ts › is sent no code, not even to the address of the account, and sets no password',
      },
    ],
  },
  {
    failure: 'A contact marked verified by its owner',
    seen: 'Zitadel CVE-2026-27946',
    mutations: [
      {
        name: 'verified-by-being-there',
        without: 'tells apps that every address is verified',
        edits: [
          {
            file: 'src/directory/claims.ts',
            text: 'email_verified: contact.verifiedAt !== undefined };',
            instead: "email_verified: contact.value !== '' };",
          },
        ],
        attack:
          'test/attacks/contact-marked-verified.test.ts › is vouched for to no app, neither with an address of their own nor with that of the directory',
      },
      {
        name: 'old-address-untold',
        without: 'tells nobody that a method was changed',
        edits: [
          {
            file: 'plugins/sspr/enrolment/effects.ts',
            text: 'const addresses = addressesOf(desk, event.account, event.registration);',
            instead: 'const addresses = addressesOf(desk, event.account, event.registration).slice(0, 0);',
          },
        ],
        attack:
          'test/attacks/contact-marked-verified.test.ts › changes one only by a fresh proof, and the address of before is told of it',
      },
    ],
  },
  {
    failure: 'Accounts of services reset',
    seen: 'Keycloak GHSA-cf8f-w2c5-p5jr',
    mutations: [
      {
        name: 'services-are-people',
        without: 'lets accounts of services be reset',
        edits: [
          {
            file: 'plugins/sspr/policy.ts',
            text: "if (account.kind !== 'person') return none('service');",
            instead: '',
          },
        ],
        attack:
          'test/attacks/service-accounts.test.ts › gets no mail by a reset or an unlock, though an address of theirs is registered for it',
      },
    ],
  },
  {
    failure: 'A disabled account revived by a reset',
    seen: 'the mapper for Active Directory of a peer',
    mutations: [
      {
        name: 'disabled-people-reset',
        without: 'lets disabled people reset their password',
        edits: [{ file: 'plugins/sspr/policy.ts', text: "if (!account.active) return none('disabled');", instead: '' }],
        attack:
          'test/attacks/disabled-account-revived.test.ts › is sent nothing by a reset or an unlock, which leave the account as it is',
      },
      {
        name: 'any-lock-ended',
        without: 'ends whatever lock there is in OpenLDAP by now, also one for good',
        edits: [
          {
            file: 'plugins/ldap/dialects/openldap.ts',
            text: "{ operation: 'delete', attribute: 'pwdAccountLockedTime', values: [locked] }",
            instead: "{ operation: 'replace', attribute: 'pwdAccountLockedTime', values: [] }",
          },
        ],
        attack: 'test/attacks/directory-disabled.test.ts › stays closed',
      },
      {
        name: 'directory-enables',
        without: 'writes the disabled bit of Active Directory along with a reset',
        edits: [
          {
            file: 'plugins/ldap/dialects/active-directory.ts',
            text: "      ...(mustChange ? [replace('pwdLastSet', '0')] : []),",
            instead:
              "      ...(mustChange ? [replace('pwdLastSet', '0')] : []),\n      replace('userAccountControl', '512'),",
          },
          {
            file: 'plugins/ldap/authority/send.ts',
            text: 'if (found.state.disabled)',
            instead: "if (found.state.disabled && name === '')",
          },
        ],
        attack:
          'test/servers/dialects.test.ts › lets nobody in to a disabled account, says so only to whoever knows its password, and enables none',
      },
      {
        name: 'reset-enables',
        without: 'finishes a reset whose person was disabled meanwhile, and enables them with the password',
        edits: [
          { file: 'plugins/sspr/policy.ts', text: "if (!account.active) return none('disabled');", instead: '' },
          {
            file: 'plugins/sspr/proving/person.ts',
            text: 'return account?.epoch === flow.epoch ? eligibleOf(desk, account) : undefined;',
            instead: 'return account && eligibleOf(desk, { ...account, epoch: flow.epoch ?? account.epoch });',
          },
          {
            file: 'src/directory/local-authority.ts',
            text: 'if (!active) throw new PasswordRefused(',
            instead: "if (!active && id === '') throw new PasswordRefused(",
          },
        ],
        attack:
          'test/attacks/disabled-account-revived.test.ts › does not come back by a reset whose gates were open before',
      },
    ],
  },
  {
    failure: 'Sessions that come back',
    seen: 'measured on oidc-provider: an authorization request in flight writes them again',
    mutations: [
      {
        name: 'epoch-unread',
        without: 'takes sessions and tokens from before everything of the person ended',
        edits: [
          {
            file: 'src/oidc/adapter.ts',
            text: 'return standing?.active === true && standing.epoch === epoch;',
            instead: "return standing?.active === true && typeof epoch === 'number';",
          },
        ],
        attack:
          'test/attacks/sessions-that-come-back.test.ts › is left with nothing by a hundred requests in flight: no token, no session, no new code',
      },
      {
        name: 'epoch-unread-on-any-site',
        without: 'takes sessions from before everything of the person ended',
        edits: [
          {
            file: 'src/oidc/adapter.ts',
            text: 'return standing?.active === true && standing.epoch === epoch;',
            instead: "return standing?.active === true && typeof epoch === 'number';",
          },
          {
            file: 'plugins/sspr/security-info/entry.ts',
            text: '|| !account?.active || account.epoch !== session.epoch)',
            instead: '|| !account?.active)',
          },
        ],
        attack:
          'test/attacks/any-site/sessions-after-a-reset.test.ts › is over, though a hundred of its requests were in flight meanwhile',
      },
      {
        name: 'epoch-of-now',
        without: 'stamps what a request writes with the epoch of now, and not with that of the proof it comes from',
        edits: [
          {
            file: 'src/oidc/adapter.ts',
            text: 'const epoch = accountId === undefined ? undefined : await this.#epoch(payload);',
            instead:
              'const epoch = accountId === undefined || (await this.#epoch(payload)) === undefined ? undefined : (await this.#parts.inHand.standing(accountId))?.epoch;',
          },
          {
            file: 'src/oidc/in-hand.ts',
            text: 'const known = standings?.get(accountId) ?? standing(accountId);',
            instead: 'const known = standing(accountId);',
          },
        ],
        attack:
          'test/oidc/everything-ends.test.ts › nothing comes back from an authorization request, whichever of its steps it was at',
      },
    ],
  },
  {
    failure: 'The help desk talked into it',
    seen: 'the commonest way in of recent years; the pages of a help desk do not exist yet, only its command',
    mutations: [
      {
        name: 'pass-alone',
        without: 'lets a pass alone open the pages of registration of administrators',
        edits: [
          {
            file: 'plugins/sspr/pass/open.ts',
            text: "if (right.person.account.administrator) return page('sspr/pass/not-alone', {});",
            instead: '',
          },
        ],
        attack:
          'test/attacks/help-desk-impersonated.test.ts › gets into the account of no administrator by it alone: neither to register nor to a new password',
      },
      {
        name: 'one-gate-of-administrators',
        without: 'asks administrators for as many gates as everybody',
        edits: [
          {
            file: 'plugins/sspr/policy.ts',
            text: 'const gates = administrator ? GATES_OF_ADMINISTRATORS : policy.gates;',
            instead: 'const { gates } = policy;',
          },
        ],
        attack:
          'test/attacks/help-desk-impersonated.test.ts › gets into the account of no administrator by it alone: neither to register nor to a new password',
      },
      {
        name: 'pass-untold',
        without: 'tells the owner of no pass',
        edits: [
          {
            file: 'plugins/sspr/commands/user-pass.ts',
            text: "'pass-issued', addresses,",
            instead: "'pass-issued', addresses.slice(0, 0),",
          },
        ],
        attack:
          'test/attacks/help-desk-impersonated.test.ts › is given away: the owner is told at every address, whatever became of the pass',
      },
    ],
  },
];

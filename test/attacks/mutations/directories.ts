import type { Row } from './mutation.ts';

const ADMINISTRATORS = 'test/attacks/directory-administrators.test.ts';
const ANSWERS = 'test/attacks/directory-answers.test.ts';
const SPECIALS = 'test/attacks/directory-injection.test.ts';

/** What directories can do to us, and what others could do to directories through us. */
export const directories: readonly Row[] = [
  {
    failure: 'LDAP injection',
    seen: 'lists of forbidden signs in peers',
    mutations: [
      {
        name: 'names-as-filters',
        without: 'builds a filter as text of what somebody is called',
        edits: [
          {
            file: 'plugins/ldap/authority/entries.ts',
            text: 'eq(userName, account.userName)',
            instead: 'parsedFilter(`(${userName}=${account.userName})`)',
          },
        ],
        attack: `${SPECIALS} › find nobody else, whatever they are made of`,
      },
    ],
  },
  {
    failure: 'The old password good for another hour in Active Directory',
    seen: 'OldPasswordAllowedPeriod; authelia #6030, ldap3 #807, LTB Self Service Password #366',
    mutations: [
      {
        name: 'old-password-asked',
        without: 'asks the domain alone, which takes the old password for an hour',
        edits: [
          {
            file: 'plugins/ldap/authority/old-password.ts',
            text: 'return hash !== undefined && !(await parts.hashing.verify(hash, password));',
            instead: 'return hash !== undefined && hash === password;',
          },
        ],
        attack:
          'test/servers/authority-writeback.test.ts › end the old one here at once, also while the domain still takes it',
      },
      {
        name: 'controller-behind',
        without: 'believes a domain controller that has not heard of the reset yet',
        edits: [
          {
            file: 'plugins/ldap/authority/old-password.ts',
            text: 'if (stamp !== undefined && stamp === stampBefore) return true;',
            instead: 'if (stamp === undefined && stamp === stampBefore) return true;',
          },
        ],
        attack:
          'test/attacks/directory-behind.test.ts › lets nobody in by the password of before, and ends nothing a second time',
      },
      {
        name: 'stale-is-new',
        without: 'takes the stamp of before for a change by others',
        edits: [
          {
            file: 'plugins/ldap/authority/renewal.ts',
            text: ' || stamp === link.stampBefore) return same;',
            instead: ') return same;',
          },
        ],
        attack:
          'test/attacks/directory-behind.test.ts › shows an import nothing new, nor does a page that was read before the reset',
      },
    ],
  },
  {
    failure: 'People locked out in the directory through us',
    seen: 'the guidance of Entra on smart lock-out',
    mutations: [
      {
        name: 'binds-uncounted',
        without: 'asks the directory about every password',
        edits: [
          {
            file: 'plugins/ldap/authority/bind-guard.ts',
            text: 'return tries >= half || (!known && strange >= strangers) || last || endless;',
            instead: 'return tries < 0 && (tries >= half || (!known && strange >= strangers) || last || endless);',
          },
        ],
        attack:
          'test/servers/authority-guard.test.ts › are fewer than half of those that lock, also where the owner’s own browser joins in',
      },
    ],
  },
  {
    failure: 'A crash between the write in a directory and the write in the store',
    seen: 'classic',
    mutations: [
      {
        name: 'writes-forgotten',
        without: 'forgets what a dead process had written to the domain',
        edits: [
          {
            file: 'plugins/ldap/authority/resolve.ts',
            text: 'if (stamp === undefined || stamp !== intent.stamp) {',
            instead: 'if (stamp === undefined) {',
          },
        ],
        attack:
          'test/servers/authority-crash.test.ts › between the answer of the domain and the store is found out by the next, which ends and tells everything, once',
      },
      {
        name: 'unnoted-passwords-doubted',
        without:
          'goes by what was noted alone, and lets the old password in where a process died before it noted anything',
        edits: [
          {
            file: 'plugins/ldap/authority/old-password.ts',
            text: 'return changedAt >= since && changedAt <= since + answersOf(parts);',
            instead: 'return changedAt === since + 1 + answersOf(parts);',
          },
        ],
        attack:
          'test/servers/authority-crash.test.ts › before it could note the answer of the domain is found out as well, and the password before ends at once',
      },
      {
        name: 'unlocks-forgotten',
        without: 'forgets what a dead process had unlocked',
        edits: [
          {
            file: 'plugins/ldap/authority/resolve.ts',
            text: "if (intent.written) return openingBy(parts, about.account, intent, 'unlocked');",
            instead: 'if (intent.written) return [];',
          },
        ],
        attack:
          'test/servers/unlock-crash.test.ts › after the directory had confirmed it is told of by the next: in the log, and to the person, once',
      },
    ],
  },
  {
    failure: 'More rights here than a directory’s administrators have',
    seen: 'reasoned: who rules a directory rules its passwords, and is no administrator of ours by that',
    mutations: [
      {
        name: 'back-whoever-was-off',
        without: 'switches on whomever the directory switches on, whoever had switched them off',
        edits: [
          {
            file: 'plugins/ldap/import/plan-person.ts',
            text: 'isOwn && link.off && read.active',
            instead: 'isOwn && !wasThere && read.active',
          },
        ],
        attack: `${ADMINISTRATORS} › bring nobody back whom an administrator here switched off, by switching them off and on, or away and back`,
      },
      {
        name: 'linked-to-the-first',
        without: 'links whichever of two entries comes first',
        edits: [
          {
            file: 'plugins/ldap/import/link-by.ts',
            text: 'if (asked && (await isShared(read, asked)))',
            instead: 'if (asked && value === undefined && (await isShared(read, asked)))',
          },
        ],
        attack: `${ADMINISTRATORS} › hand nobody to whichever of two entries says first that it is them`,
      },
      {
        name: 'address-for-a-name',
        without: 'lets an entry be called by the address of somebody else, whose password then goes to that directory',
        edits: [
          {
            file: 'src/directory/name-keepers.ts',
            text: 'const named = userName === undefined ? [] : [fold(userName)];',
            instead: "const named = userName === undefined || userName !== '' ? [] : [fold(userName)];",
          },
        ],
        attack: `${ADMINISTRATORS} › have no entry take the address that somebody else signs in with for its name`,
      },
    ],
  },
  {
    failure: 'A directory that answers strangely',
    seen: 'reasoned: whoever may write one name could stop the import, and with it the end of whoever was switched off',
    mutations: [
      {
        name: 'nul-in-a-name',
        without: 'looks for names with NUL, which no store keeps',
        edits: [{ file: 'plugins/ldap/import/dn-key.ts', text: ".replaceAll('\\0', '\\\\00')", instead: '' }],
        attack: `${ANSWERS} › of members and managers stop no import`,
      },
      {
        name: 'nul-at-the-end',
        without: 'keeps the words of Active Directory with the NUL at their end',
        edits: [{ file: 'plugins/ldap/connection/answers.ts', text: ".replaceAll('\\0', '')", instead: '' }],
        attack: `${ANSWERS} › is quoted as far as a store keeps it: Active Directory ends its words with NUL`,
      },
      {
        name: 'any-id',
        without: 'takes anything for the id of an entry',
        edits: [
          {
            file: 'plugins/ldap/import/read-person.ts',
            text: 'id !== undefined && dialect.idValue(id) !== undefined ? id : undefined',
            instead: 'id !== undefined ? id : undefined',
          },
        ],
        attack: `${ANSWERS} › keeps nobody else away by entries that are none: without id, of ids that are none or of others, of no text, unnameable`,
      },
    ],
  },
];

import { change } from './common-work.ts';
import type { Session } from './common-work.ts';
import { ds389Policy } from './ds389-policy.ts';
import { exampleTree } from './example-tree.ts';
import { FIRST_POLICY, writtenPolicy } from './policy-writing.ts';

/** Where things are in the directory of the tests. */
export const DS389_DIRECTORY = {
  ...exampleTree([]),
  /** The root DN, whom no policy and no access rule binds. */
  adminDn: 'cn=Directory Manager',
};

const { baseDn, peopleDn, serviceDn, servicePassword, units } = DS389_DIRECTORY;

const aci = (targets: string, name: string, rights: string, who: string): string =>
  `(targetattr ${targets})(version 3.0; acl "${name}"; allow (${rights}) userdn="ldap:///${who}";)`;

/** The service account may read everybody, and below `ou=People` set a password and end a lock. */
const READING = [
  aci('!= "userPassword || passwordHistory || aci"', 'Latchkey reads', 'read, search, compare', serviceDn),
  aci('!= "userPassword || passwordHistory || aci"', 'People read themselves', 'read, search, compare', 'self'),
  aci('= "userPassword"', 'People change their password', 'write', 'self'),
];
const WRITING = [
  aci(
    '= "userPassword || passwordRetryCount || retryCountResetTime || accountUnlockTime"',
    'Latchkey resets and unlocks',
    'write',
    serviceDn,
  ),
];

const CHANGELOG = 'cn=changelog';
/** Who changed, and nothing of what: the changes have the hashes of passwords. */
const WHO_CHANGED = aci('!= "changes || aci"', 'Latchkey reads who changed', 'read, search', serviceDn);

type Values = Readonly<Record<string, string | readonly string[]>>;

const BACKEND = 'userRoot';

const ENTRIES: readonly (readonly [string, Values])[] = [
  [
    `cn=${BACKEND},cn=ldbm database,cn=plugins,cn=config`,
    { objectClass: ['top', 'extensibleObject', 'nsBackendInstance'], 'nsslapd-suffix': baseDn, cn: BACKEND },
  ],
  [
    `cn="${baseDn}",cn=mapping tree,cn=config`,
    {
      objectClass: ['top', 'extensibleObject', 'nsMappingTree'],
      cn: baseDn,
      'nsslapd-state': 'backend',
      'nsslapd-backend': BACKEND,
    },
  ],
  [baseDn, { objectClass: 'domain', dc: 'example', aci: READING }],
  ...units.map((dn) => [dn, { objectClass: 'organizationalUnit' }] as const),
  [
    serviceDn,
    { objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: 'svc-latchkey', userPassword: servicePassword },
  ],
];

/** Gives a new instance its database and what stands in it first. */
export const fillDs389 = (during: Session): Promise<void> =>
  during(async (client) => {
    for (const [dn, values] of ENTRIES) {
      const attributes = Object.entries(values).map(([name, value]) => [name, [value].flat()] as const);
      await client.add(dn, Object.fromEntries(dn === peopleDn ? [...attributes, ['aci', WRITING]] : attributes));
    }
    await client.modify(CHANGELOG, [change('add', 'aci', [WHO_CHANGED])]);
    const policy = writtenPolicy(ds389Policy, FIRST_POLICY);
    await client.modify(
      'cn=config',
      policy.map(([name, value]) => change('replace', name, [value])),
    );
  });

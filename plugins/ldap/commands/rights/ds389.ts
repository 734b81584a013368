import type { Grantee, Recipe } from './given.ts';

const POLICY = 'passwordMinLength || passwordCheckSyntax || passwordHistory || passwordInHistory || passwordMinAge';
const LOCKOUT = 'passwordMaxAge || passwordExp || passwordLockout || passwordMaxFailure || passwordResetFailureCount';

const aci = (targets: string, name: string, rights: string, dn: string): string =>
  `aci: (targetattr ${targets})(version 3.0; acl "${name}"; allow (${rights}) userdn="ldap:///${dn}";)`;

const adding = (dn: string, value: string): readonly string[] => [
  `dn: ${dn}`,
  'changetype: modify',
  'add: aci',
  value,
  '',
];

export const ds389Recipes = ({ people, base, dn }: Grantee): readonly Recipe[] => [
  {
    title: 'for ldapmodify as the directory manager',
    lines: [
      ...adding(
        people,
        aci(
          '= "userPassword || passwordRetryCount || retryCountResetTime || accountUnlockTime"',
          'Latchkey resets and unlocks',
          'write',
          dn,
        ),
      ),
      ...adding(
        base,
        aci('!= "userPassword || passwordHistory || aci"', 'Latchkey reads', 'read, search, compare', dn),
      ),
      ...adding(
        'cn=config',
        aci(`= "${POLICY} || ${LOCKOUT} || objectClass"`, 'Latchkey reads the policy', 'read, search, compare', dn),
      ).slice(0, -1),
    ],
  },
];

import type { Grantee, Recipe } from './given.ts';

/** In front of all other rules, to which `break` leads everybody else. */
const rules = ({ people, base, dn }: Grantee): readonly string[] => [
  `to dn.subtree="${people}" attrs=userPassword by dn.exact="${dn}" =w by * break`,
  `to attrs=userPassword,pwdHistory by dn.exact="${dn}" none by * break`,
  `to dn.subtree="${people}" attrs=pwdAccountLockedTime,pwdReset by dn.exact="${dn}" write by * break`,
  `to dn.subtree="${base}" by dn.exact="${dn}" read by * break`,
];

export const openldapRecipes = (grantee: Grantee): readonly Recipe[] => [
  {
    title: 'for ldapmodify as the administrator of cn=config; {1}mdb is the database of the people',
    lines: [
      'dn: olcDatabase={1}mdb,cn=config',
      'changetype: modify',
      'add: olcAccess',
      ...rules(grantee).map((rule, at) => `olcAccess: {${String(at)}}${rule}`),
    ],
  },
  {
    title: 'or the same in slapd.conf, before all other access rules of the database',
    lines: rules(grantee).map((rule) => `access ${rule}`),
  },
];

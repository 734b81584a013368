import type { Dialect } from './config.ts';

/** What an entry's attributes are called; without a name the attribute is not read. */
export interface PersonAttributes {
  readonly id: string;
  readonly userName: string;
  readonly principalName?: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly displayName: string;
  readonly mail: string;
  readonly mobile: string;
  readonly telephone: string;
  readonly employeeNumber: string;
  readonly department: string;
  readonly title: string;
  readonly preferredLanguage: string;
  readonly moreMail?: string;
  readonly manager: string;
}

interface Defaults {
  readonly people: { readonly filter: string; readonly attributes: PersonAttributes };
  readonly groups: { readonly filter: string };
}

const common = {
  givenName: 'givenName',
  familyName: 'sn',
  displayName: 'displayName',
  mail: 'mail',
  mobile: 'mobile',
  telephone: 'telephoneNumber',
  title: 'title',
  preferredLanguage: 'preferredLanguage',
  manager: 'manager',
};

const posix = { ...common, userName: 'uid', employeeNumber: 'employeeNumber', department: 'departmentNumber' };

const defaults: Readonly<Record<Dialect, Defaults>> = {
  'active-directory': {
    people: {
      // Computers are users too in Active Directory; trusts are told by sAMAccountType (MS-ADTS section 2.2.3).
      filter: '(&(objectCategory=person)(objectClass=user)(sAMAccountType=805306368))',
      attributes: {
        ...common,
        id: 'objectGUID',
        userName: 'sAMAccountName',
        principalName: 'userPrincipalName',
        employeeNumber: 'employeeID',
        department: 'department',
        moreMail: 'proxyAddresses',
      },
    },
    groups: { filter: '(objectClass=group)' },
  },
  openldap: {
    people: { filter: '(objectClass=inetOrgPerson)', attributes: { ...posix, id: 'entryUUID' } },
    groups: { filter: '(objectClass=groupOfNames)' },
  },
  ds389: {
    people: { filter: '(objectClass=inetOrgPerson)', attributes: { ...posix, id: 'nsUniqueId' } },
    groups: { filter: '(objectClass=groupOfNames)' },
  },
};

interface Given {
  readonly dialect: Dialect;
  readonly base: string;
  readonly people: {
    readonly base?: string;
    readonly filter?: string;
    readonly attributes: Readonly<Partial<PersonAttributes>>;
  };
  readonly groups: {
    readonly base?: string;
    readonly filter?: string;
    readonly name?: string;
    readonly member?: string;
    readonly nested: boolean;
  };
}

/** The options of a directory with those filled in that its dialect decides. */
export const withDialect = <D extends Given>(given: D) => {
  const { people, groups } = defaults[given.dialect];
  return {
    ...given,
    people: {
      base: given.people.base ?? given.base,
      filter: given.people.filter ?? people.filter,
      attributes: { ...people.attributes, ...given.people.attributes },
    },
    groups: {
      base: given.groups.base ?? given.base,
      filter: given.groups.filter ?? groups.filter,
      name: given.groups.name ?? 'cn',
      member: given.groups.member ?? 'member',
      nested: given.groups.nested,
    },
  };
};

import { parsedDn } from './distinguished-name.ts';
import { isFilter } from './filter-text.ts';

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Below {
  readonly base?: string | undefined;
  readonly filter?: string | undefined;
}

interface Given {
  readonly servers?: readonly string[] | undefined;
  readonly srv?: string | undefined;
  readonly base: string;
  readonly people: Below;
  readonly groups: Below;
  readonly match: { readonly groups?: readonly string[] | undefined };
}

const nameFault = (path: Fault['path'], dn: string | undefined): readonly Fault[] =>
  dn === undefined || parsedDn(dn)
    ? []
    : [{ path, message: 'must be a distinguished name (RFC 4514) such as ou=People,dc=example,dc=org' }];

const filterFault = (path: Fault['path'], filter: string | undefined): readonly Fault[] =>
  filter === undefined || isFilter(filter)
    ? []
    : [{ path, message: 'must be an LDAP filter (RFC 4515) such as (objectClass=person)' }];

/** What is wrong with a directory's options that no single one of them shows. */
export const optionFaults = ({ servers, srv, base, people, groups, match }: Given): readonly Fault[] => [
  ...((servers === undefined) === (srv === undefined)
    ? [{ path: ['servers'], message: 'name either servers or srv' }]
    : []),
  ...nameFault(['base'], base),
  ...nameFault(['people', 'base'], people.base),
  ...nameFault(['groups', 'base'], groups.base),
  ...(match.groups ?? []).flatMap((dn, at) => nameFault(['match', 'groups', at], dn)),
  ...filterFault(['people', 'filter'], people.filter),
  ...filterFault(['groups', 'filter'], groups.filter),
];

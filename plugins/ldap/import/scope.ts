import type { DirectoryConfig } from '../config.ts';
import { and, eq, matches, or, substrings } from '../filter.ts';
import type { Filter } from '../filter.ts';
import { parsedFilter } from '../filter-text.ts';

/** In a chain of groups (MS-ADTS section 3.1.1.3.4.4.3). */
const IN_CHAIN = '1.2.840.113556.1.4.1941';

const domains = ({ match, people }: DirectoryConfig): readonly Filter[] => {
  if (!match.domains) return [];
  const { mail, principalName } = people.attributes;
  const names = principalName === undefined ? [mail] : [principalName, mail];
  return [or(...match.domains.flatMap((domain) => names.map((name) => substrings(name, { final: `@${domain}` }))))];
};

const groups = ({ match, dialect }: DirectoryConfig): readonly Filter[] => {
  if (!match.groups) return [];
  const rule = dialect === 'active-directory' ? IN_CHAIN : undefined;
  return [or(...match.groups.map((dn) => (rule ? matches('memberOf', rule, dn) : eq('memberOf', dn))))];
};

const attribute = ({ match }: DirectoryConfig): readonly Filter[] => {
  if (!match.attribute) return [];
  const { name, values } = match.attribute;
  return [or(...values.map((value) => eq(name, value)))];
};

/** Whom of a directory we have: what the operator calls people, and of those whom belong here. */
export const peopleScope = (config: DirectoryConfig): Filter =>
  and(parsedFilter(config.people.filter), ...domains(config), ...groups(config), ...attribute(config));

export const groupsScope = (config: DirectoryConfig): Filter => parsedFilter(config.groups.filter);

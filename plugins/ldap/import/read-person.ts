import { isMailAddress } from '../../../src/kernel/mail-address.ts';
import { fold, isStorable } from '../../../src/kernel/text.ts';
import type { Attributes } from '../../../src/plugin.ts';
import type { Entry } from '../connection/entry.ts';
import type { DirectoryPolicy } from '../dialects/dialect.ts';
import type { ImportParts } from './parts.ts';

/** Attributes of ours that an import writes; `manager` follows when both are here. */
export type ImportedAttributes = Pick<
  Attributes,
  'name' | 'displayName' | 'emails' | 'phoneNumbers' | 'employeeNumber' | 'department' | 'title' | 'preferredLanguage'
>;

/** A person as an entry tells. */
export interface ReadPerson {
  readonly entry: string;
  readonly dn: string;
  readonly userName: string | undefined;
  /** Further names to sign in with. */
  readonly otherNames: readonly string[];
  /** Every one that is imported: undefined where the entry has none. */
  readonly attributes: { readonly [K in keyof ImportedAttributes]-?: Attributes[K] | undefined };
  readonly active: boolean;
  readonly stamp: string | undefined;
  readonly manager: string | undefined;
  /** Relative id of the primary group, in Active Directory. */
  readonly primaryGroup: string | undefined;
}

const LONGEST = 1024;
const MOST = 100;

/** Whether somebody is disabled, and the stamp of the password, need no policy. */
const NO_POLICY: DirectoryPolicy = {
  ...{ minLength: 0, complexity: false, history: 0, minAge: 0, maxAge: 0, threshold: 0, window: 0, lockout: 0 },
};

/** Active Directory makes these up for each entry from its groups and policies, and an import needs none of them. */
const COMPUTED = /^msDS-/i;

const PRIMARY_GROUP = 'primaryGroupID';

/** What has no form that we could keep is not there. */
const usable = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' || text.length > LONGEST || !isStorable(text) ? undefined : text.trim();

/** `SMTP:` is the main one of `proxyAddresses`, `smtp:` any other; further kinds are no mail (MS-ADA3 section 2.208). */
const addressIn = (value: string): readonly { readonly value: string; readonly main: boolean }[] => {
  const [, scheme, rest = value] = /^([A-Za-z0-9]+):(.*)$/s.exec(value) ?? [];
  if (scheme !== undefined && scheme.toLowerCase() !== 'smtp') return [];
  return [{ value: rest.trim(), main: scheme === 'SMTP' }];
};

const mailsOf = (entry: Entry, mail: string, more: string | undefined): Attributes['emails'] => {
  const named = entry.texts(mail).map((value) => ({ value: value.trim(), main: false }));
  const further = more === undefined ? [] : entry.texts(more).flatMap(addressIn);
  const all = [...named, ...further.toSorted((a, b) => Number(b.main) - Number(a.main))];
  const good = all.map(({ value }) => value).filter(isMailAddress);
  const folded = good.map(fold);
  const once = good.filter((_, index) => folded.indexOf(folded[index] ?? '') === index).slice(0, MOST);
  if (once.length === 0) return undefined;
  return once.map((value, index) => ({ value, type: 'work', ...(index === 0 ? { primary: true } : {}) }));
};

const phonesOf = (work: string | undefined, mobile: string | undefined): Attributes['phoneNumbers'] => {
  const phones = [
    ...(work === undefined ? [] : [{ value: work, type: 'work' }]),
    ...(mobile === undefined ? [] : [{ value: mobile, type: 'mobile' }]),
  ];
  return phones.length === 0 ? undefined : phones;
};

const nameOf = (givenName: string | undefined, familyName: string | undefined): Attributes['name'] =>
  givenName === undefined && familyName === undefined
    ? undefined
    : { ...(givenName === undefined ? {} : { givenName }), ...(familyName === undefined ? {} : { familyName }) };

/** Attributes to ask for. */
export const personAttributes = ({ config, dialect }: Pick<ImportParts, 'config' | 'dialect'>): readonly string[] => [
  ...new Set([
    ...Object.values(config.people.attributes),
    ...dialect.attributes.filter((name) => !COMPUTED.test(name)),
    ...(config.dialect === 'active-directory' ? [PRIMARY_GROUP] : []),
  ]),
];

/** The id of an entry in its usual form; undefined where the server does not tell it, or tells what is none. */
export const entryIdOf = (
  { config, dialect }: Pick<ImportParts, 'config' | 'dialect'>,
  entry: Entry,
): string | undefined => {
  const value = entry.bytes(config.people.attributes.id);
  const id = value && dialect.idText(value);
  return id !== undefined && dialect.idValue(id) !== undefined ? id : undefined;
};

/** Nobody is bound with a name that is empty, or that no store keeps. */
export const isNamed = ({ dn }: Entry): boolean => dn !== '' && isStorable(dn);

export const readPerson = (parts: Pick<ImportParts, 'config' | 'dialect'>, entry: Entry): ReadPerson | undefined => {
  const id = entryIdOf(parts, entry);
  if (id === undefined || !isNamed(entry)) return undefined;
  const names = parts.config.people.attributes;
  const text = (name: string): string | undefined => usable(entry.text(name));
  const { disabled, stamp } = parts.dialect.state(entry, NO_POLICY, 0);
  return {
    entry: id,
    dn: entry.dn,
    userName: text(names.userName),
    otherNames: [names.principalName === undefined ? undefined : text(names.principalName)].filter(
      (name) => name !== undefined,
    ),
    attributes: {
      name: nameOf(text(names.givenName), text(names.familyName)),
      displayName: text(names.displayName),
      emails: mailsOf(entry, names.mail, names.moreMail),
      phoneNumbers: phonesOf(text(names.telephone), text(names.mobile)),
      employeeNumber: text(names.employeeNumber),
      department: text(names.department),
      title: text(names.title),
      preferredLanguage: text(names.preferredLanguage),
    },
    active: !disabled,
    stamp,
    manager: text(names.manager),
    primaryGroup: entry.text(PRIMARY_GROUP),
  };
};

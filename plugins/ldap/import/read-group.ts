import { hasInvisible, isStorable } from '../../../src/kernel/text.ts';
import type { Entry } from '../connection/entry.ts';
import type { ImportParts } from './parts.ts';
import { entryIdOf, isNamed } from './read-person.ts';

/** A group as its entry tells, without its members. */
export interface ReadGroup {
  readonly entry: string;
  readonly dn: string;
  readonly displayName: string;
  /** Last number of its objectSid, in Active Directory. */
  readonly rid: string | undefined;
}

const LONGEST_NAME = 256;
const SID = 'objectSid';

/** The last of the numbers of a security identifier (MS-DTYP section 2.4.2.2). */
const ridOf = (sid: Buffer | undefined): string | undefined =>
  sid && sid.length >= 12 ? String(sid.readUInt32LE(sid.length - 4)) : undefined;

export const groupAttributes = ({ config }: Pick<ImportParts, 'config'>): readonly string[] => [
  config.people.attributes.id,
  config.groups.name,
  ...(config.dialect === 'active-directory' ? [SID] : []),
];

/** Undefined where it has no id, or no name that could be shown. */
export const readGroup = (parts: Pick<ImportParts, 'config' | 'dialect'>, entry: Entry): ReadGroup | undefined => {
  const id = entryIdOf(parts, entry);
  const name = entry.text(parts.config.groups.name)?.trim() ?? '';
  if (id === undefined || !isNamed(entry) || name === '' || name.length > LONGEST_NAME) return undefined;
  if (!isStorable(name) || hasInvisible(name)) return undefined;
  return { entry: id, dn: entry.dn, displayName: name, rid: ridOf(entry.bytes(SID)) };
};

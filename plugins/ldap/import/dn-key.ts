import { fold } from '../../../src/kernel/text.ts';
import { parsedDn } from '../distinguished-name.ts';
import type { NamePart } from '../distinguished-name.ts';

// Space around and between words and case mean nothing to the attributes that names are made of (RFC 4518 section 2.6).
const plain = (value: string): string => fold(value).trim().replaceAll(/\s+/g, ' ');

// NUL may stand in a name, but in no store.
const quoted = (value: string): string =>
  value.replaceAll(/[\\,+=]/g, (special) => `\\${special}`).replaceAll('\0', '\\00');

const pairKey = ({ type, value }: NamePart): string => `${type.toLowerCase()}=${quoted(plain(value))}`;

/** Nothing in it is escaped, nor folds otherwise than to lower case: as good as all names are so. */
const SIMPLE = /^[A-Za-z][\w-]* *= *[\w@.'&-][\w @.'&-]*(, *[A-Za-z][\w-]* *= *[\w@.'&-][\w @.'&-]*)*$/;

const simpleKey = (dn: string): string =>
  dn
    .toLowerCase()
    .trim()
    .replaceAll(/ *([,=]) */g, '$1')
    .replaceAll(/ {2,}/g, ' ');

/**
 * One spelling for all that name the same entry (RFC 4514): members of a group are listed as whoever added them wrote
 * them. What is no distinguished name stays itself.
 */
export const dnKey = (dn: string): string => {
  if (dn.trim() === '') return '';
  if (SIMPLE.test(dn)) return simpleKey(dn);
  const parts = parsedDn(dn);
  return parts ? parts.map((pairs) => pairs.map(pairKey).toSorted().join('+')).join(',') : quoted(fold(dn));
};

/** Whether an entry is at or below another; by their keys. */
export const isWithin = (key: string, baseKey: string): boolean =>
  baseKey === '' || key === baseKey || key.endsWith(`,${baseKey}`);

/** As it stands in the links of a directory. */
export const storedDnKey = (directory: string, dn: string): string => `${directory}:${dnKey(dn)}`;

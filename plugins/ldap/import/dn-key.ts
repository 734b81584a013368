import { fold } from '../../../src/kernel/text.ts';

type Pair = readonly [attribute: string, value: string];

const HEX = /^[0-9a-fA-F]{2}$/;

/** Cuts at a character where it is not escaped. */
const cut = (text: string, at: RegExp): readonly string[] => {
  const pieces = [''];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (at.test(character)) {
      pieces.push('');
      continue;
    }
    const taken = character === '\\' ? text.slice(index, index + 2) : character;
    pieces.push(`${pieces.pop() ?? ''}${taken}`);
    index += taken.length - 1;
  }
  return pieces;
};

/** The value that an escaped one stands for (RFC 4514 section 2.4): `\,` and `\2C` are the same comma. */
const unescaped = (text: string): string => {
  const bytes: Buffer[] = [];
  for (let index = 0; index < text.length;) {
    const point = String.fromCodePoint(text.codePointAt(index) ?? 0);
    const pair = text.slice(index + 1, index + 3);
    if (point !== '\\') {
      bytes.push(Buffer.from(point));
      index += point.length;
    } else if (HEX.test(pair)) {
      bytes.push(Buffer.from(pair, 'hex'));
      index += 3;
    } else {
      const escaped = String.fromCodePoint(text.codePointAt(index + 1) ?? 0x5c);
      bytes.push(Buffer.from(escaped));
      index += 1 + escaped.length;
    }
  }
  return Buffer.concat(bytes).toString('utf8');
};

// Space around and between words and case mean nothing to the attributes that names are made of (RFC 4518 section 2.6).
const plain = (value: string): string => fold(value).trim().replaceAll(/\s+/g, ' ');

const quoted = (value: string): string => value.replaceAll(/[\\,+=]/g, (special) => `\\${special}`);

const pairOf = (text: string): Pair | undefined => {
  const at = text.indexOf('=');
  if (at < 1) return undefined;
  return [text.slice(0, at).trim().toLowerCase(), plain(unescaped(text.slice(at + 1).trim()))];
};

const partOf = (text: string): string | undefined => {
  const pairs = cut(text, /\+/).map(pairOf);
  if (!pairs.every((pair) => pair !== undefined)) return undefined;
  return pairs
    .map(([attribute, value]) => `${attribute}=${quoted(value)}`)
    .toSorted()
    .join('+');
};

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
  const parts = cut(dn, /[,;]/).map(partOf);
  return parts.every((part) => part !== undefined) ? parts.join(',') : fold(dn);
};

/** Whether an entry is at or below another; by their keys. */
export const isWithin = (key: string, baseKey: string): boolean =>
  baseKey === '' || key === baseKey || key.endsWith(`,${baseKey}`);

/** As it stands in the links of a directory. */
export const storedDnKey = (directory: string, dn: string): string => `${directory}:${dnKey(dn)}`;

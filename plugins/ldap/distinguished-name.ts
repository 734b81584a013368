import { fold } from '../../src/kernel/text.ts';

export interface NamePart {
  /** Attribute, as written. */
  readonly type: string;
  readonly value: string;
}

/** Parts from the entry up to the root; one part has several pairs where it is written with `+`. */
export type DistinguishedName = readonly (readonly NamePart[])[];

/** Characters and escapes up to what ends a value (RFC 4514 section 3). */
const VALUE = /^(?:[^\\,;+"<>\0]|\\(?:[0-9a-fA-F]{2}|[^0-9a-fA-F\0]))*/su;
const TYPE = /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)\s*=\s*/;

const unescaped = (text: string): string =>
  text.replaceAll(/((?:\\[0-9a-fA-F]{2})+)|\\(.)/gsu, (_, bytes?: string, character?: string) =>
    bytes === undefined ? (character ?? '') : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8'),
  );

// An escaped space at the end belongs to the value, others do not.
const withoutSpace = (text: string): string => text.replace(/(?<!\\)(\\\\)*\s+$/s, '$1');

/** The parts of a distinguished name, or nothing when it is none (RFC 4514). Bytes given as `#…` stay as written. */
export const parsedDn = (text: string): DistinguishedName | undefined => {
  const parts: NamePart[][] = [];
  let rest = text.trim() === '' ? '' : text;
  let current: NamePart[] | undefined;
  while (rest !== '') {
    const [head, type] = TYPE.exec(rest) ?? [];
    if (head === undefined || type === undefined) return undefined;
    rest = rest.slice(head.length);
    const value = VALUE.exec(rest)?.[0] ?? '';
    rest = rest.slice(value.length);
    if (!current) parts.push((current = []));
    current.push({ type, value: unescaped(withoutSpace(value)) });
    if (rest === '') break;
    if (rest.length === 1 || !/^[,;+]/.test(rest)) return undefined;
    if (!rest.startsWith('+')) current = undefined;
    rest = rest.slice(1);
  }
  return parts;
};

const pairKey = ({ type, value }: NamePart): string => JSON.stringify([type.toLowerCase(), fold(value).trim()]);

const partKeys = (dn: DistinguishedName): readonly string[] =>
  dn.map((pairs) => pairs.map(pairKey).toSorted().join('+'));

/** Whether the first is below the second, or the same: as most attributes are compared, without regard to case. */
export const isBelow = (dn: string, base: string): boolean => {
  const [inner, outer] = [parsedDn(dn), parsedDn(base)].map((name) => name && partKeys(name));
  if (!inner || !outer || outer.length > inner.length) return false;
  return outer.every((key, at) => key === inner[inner.length - outer.length + at]);
};

export const isSameDn = (one: string, other: string): boolean => isBelow(one, other) && isBelow(other, one);

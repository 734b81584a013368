/** Characters that RFC 4515 section 3 wants escaped, and no others: `\ * ( )` and NUL. */
const FILTER_SPECIALS = /[\\*()\0]/g;

const hex = (byte: number): string => `\\${byte.toString(16).padStart(2, '0')}`;

/**
 * A value as it stands in the text of a filter (RFC 4515 section 3): it is one value there, whatever it holds.
 * Bytes are escaped one and all.
 */
export const escapedFilterValue = (value: string | Buffer): string =>
  typeof value === 'string'
    ? value.replaceAll(FILTER_SPECIALS, (special) => hex(special.charCodeAt(0)))
    : Array.from(value, hex).join('');

const DN_SPECIALS = /^[ #]|[\\"+,;<>=]| $/g;

// By the code of the character: control characters look like nothing in a source.
const isControl = (character: string): boolean => character < ' ' || character === '\u007f';

/**
 * A value as it stands in a part of a distinguished name (RFC 4514 section 2.4). Control characters are given in
 * hexadecimal, which the RFC allows for every character and asks for NUL only.
 */
export const escapedDnValue = (value: string): string => {
  const escaped = value.replaceAll(DN_SPECIALS, (special) => `\\${special}`);
  return Array.from(escaped, (each) => (isControl(each) ? hex(each.charCodeAt(0)) : each)).join('');
};

/** One part of a distinguished name, such as `cn=Doe\, Jane`. */
export const dnPart = (attribute: string, value: string): string => `${attribute}=${escapedDnValue(value)}`;

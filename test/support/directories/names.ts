/** One part of a DN (RFC 4514 section 2.4), specials as hexadecimal pairs, which every reader takes. */
export const rdn = (attribute: string, value: string): string => {
  const pair = (text: string): string =>
    [...Buffer.from(text)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return `${attribute}=${value.replace(/["+,;<=>\\\0]|^[ #]| $/g, pair)}`;
};

const FIRST = /^((?:\\.|[^\\,])*),(.*)$/s;

/** The first part of a DN, and the rest. */
export const split = (dn: string): { readonly first: string; readonly parentDn: string } => {
  const [, first, parentDn] = FIRST.exec(dn) ?? [];
  if (first === undefined || parentDn === undefined) throw new Error(`${dn} has no parent`);
  return { first, parentDn };
};

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;

/** What no URI has as it is (RFC 3986 section 2). Letters beyond ASCII are let through: clients write them unencoded. */
const FORBIDDEN = /[\s\p{Cc}"<>\\^`{|}]/u;

/** Of what leads elsewhere a browser would run some. */
const SCHEMES: readonly string[] = ['http', 'https', 'urn'];

/**
 * Whether a text is a reference as RFC 7643 section 2.3.7 has it: absolute or relative, to what HTTP can address, or a
 * name such as a URN.
 */
export const isReference = (text: string): boolean => {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (FORBIDDEN.test(text) || (scheme !== undefined && !SCHEMES.includes(scheme))) return false;
  return URL.canParse(text, 'https://relative.invalid');
};

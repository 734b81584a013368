export const EVIL = 'evil.test';

/** What proxies say of a request's host, and attackers too. */
export const FORGED = {
  forwarded: `for=203.0.113.9;host=${EVIL};proto=https`,
  'x-forwarded-host': EVIL,
  'x-forwarded-server': EVIL,
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '8443',
  'x-forwarded-prefix': `//${EVIL}`,
  'x-original-host': EVIL,
  'x-host': EVIL,
};

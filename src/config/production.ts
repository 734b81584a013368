import type { Fault } from './faults.ts';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

const isSafe = (address: string): boolean => {
  if (!URL.canParse(address)) return true; // The schema complains of it.
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || LOOPBACK.test(hostname);
};

const at = (tree: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    tree,
  );

/**
 * What is fine for trying out and dangerous in earnest. Looks at the tree as written, so that these reasons are told
 * together with every other fault.
 */
export const productionFaults = (tree: unknown): readonly Fault[] => {
  const faults: Fault[] = [];
  const issuer = at(tree, 'issuer');
  if (issuer === undefined) {
    faults.push({ path: 'issuer', message: 'must be set in production: the https address that people and apps see' });
  } else if (typeof issuer === 'string' && !isSafe(issuer)) {
    faults.push({ path: 'issuer', message: 'must begin with https:// in production, loopback aside' });
  }
  if (at(tree, 'mail', 'smtp') === undefined) {
    faults.push({ path: 'mail.smtp', message: 'must be set in production: without mail nobody can reset a password' });
  }
  for (const channel of ['sms', 'voice']) {
    const url = at(tree, channel, 'http', 'url');
    if (typeof url === 'string' && !isSafe(url)) {
      faults.push({
        path: `${channel}.http.url`,
        message: 'must begin with https:// in production, loopback aside: codes would be in the clear',
      });
    }
  }
  if (at(tree, 'masterKey') === undefined) {
    faults.push({
      path: 'masterKey',
      message: 'must be set in production, as env:NAME or file:PATH; `openssl rand -base64 32` makes one',
    });
  }
  if (at(tree, 'demo', 'enabled') === true) {
    faults.push({ path: 'demo.enabled', message: 'must be false in production: anyone knows the demo people' });
  }
  return faults;
};

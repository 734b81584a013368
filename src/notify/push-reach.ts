/**
 * The push services of the browsers there are. A browser says where it wants to be pushed to, and so could make us send
 * requests to anybody: only these are asked, and what the operator names besides.
 */
const SERVICES: readonly RegExp[] = [
  /^fcm\.googleapis\.com$/,
  /^updates\.push\.services\.mozilla\.com$/,
  /^[a-z0-9-]+(\.[a-z0-9-]+)*\.push\.apple\.com$/,
  /^[a-z0-9-]+(\.[a-z0-9-]+)*\.notify\.windows\.com$/,
];

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** A `service` has to be on a public address; where one was `named`, that is the operator's business. */
export type PushPlace = 'service' | 'named';

export type PlaceOf = (endpoint: string) => PushPlace | undefined;

/**
 * @param hosts that the operator named, with port where it is not the scheme's own
 * @returns undefined for an endpoint that nothing is sent to
 */
export const pushPlace = (endpoint: string, hosts: readonly string[]): PushPlace | undefined => {
  if (!URL.canParse(endpoint)) return undefined;
  const { protocol, host, hostname, port, username, password } = new URL(endpoint);
  if (username !== '' || password !== '') return undefined;
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  if (isSafe && hosts.includes(host)) return 'named';
  const isService = protocol === 'https:' && port === '' && SERVICES.some((service) => service.test(hostname));
  return isService ? 'service' : undefined;
};

type Fetch = typeof globalThis.fetch;

/**
 * oidc-provider hands its requests over with a dispatcher that refuses private addresses, which keeps strangers from
 * reaching the network behind us through an address they chose (server-side request forgery). Hosts that the operator
 * names are let through: apps of an intranet want to hear of a sign-out too.
 *
 * @param privateHosts host names, with port where it is not the scheme's own
 */
export const outgoingFetch = (privateHosts: readonly string[], fetch: Fetch = globalThis.fetch): Fetch => {
  const allowed = new Set(privateHosts);
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!init || !(allowed.has(url.host) || allowed.has(url.hostname))) return fetch(input, init);
    const { dispatcher: _guard, ...unguarded } = init as RequestInit & { dispatcher?: unknown };
    return fetch(input, unguarded);
  };
};

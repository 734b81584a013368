import type { Foundation } from './foundation.ts';
import { hostFor } from './host.ts';
import type { Scheduler } from './kernel/schedule.ts';
import type { Host } from './plugin.ts';
import { createSignInGuard } from './sign-in/guard.ts';
import { createKnownBrowsers } from './sign-in/known-browsers.ts';

/** Jobs belong to servers, which look for work by themselves within a round. */
const serversAlone: Scheduler = {
  kick: () => undefined,
  settle: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

/** What commands of plugins see: the rooms on the configured store, and no server. */
export const commandHost = (foundation: Foundation): Host => {
  const { config, store, secrets, clock, directory } = foundation;
  const guard = createSignInGuard(store, secrets, clock, config.signIn.guard);
  const browsers = createKnownBrowsers({
    store,
    secrets,
    clock,
    lifetime: config.signIn.knownBrowser,
    epochOf: async (id) => (await directory.people.byId(id))?.epoch,
  });
  return hostFor(foundation, guard, browsers, { scheduler: serversAlone });
};

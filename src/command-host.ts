import type { Foundation } from './foundation.ts';
import { hostFor, signInMemory } from './host.ts';
import type { Scheduler } from './kernel/schedule.ts';
import type { Host, Plugin } from './plugin.ts';

/** Jobs belong to servers, which look for work by themselves within a round. */
const serversAlone: Scheduler = {
  kick: () => undefined,
  settle: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

/** What commands of plugins see: the rooms on the configured store, and no server. */
export const commandHost = (foundation: Foundation, plugins: readonly Plugin[]): Host => {
  const { guard, browsers } = signInMemory(foundation);
  return hostFor({ foundation, plugins, guard, browsers, late: { scheduler: serversAlone } });
};

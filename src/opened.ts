import type { Config } from './config/schema.ts';
import type { Passwords } from './directory/account.ts';
import { AppError } from './kernel/errors.ts';
import type { Host, Opened, OpeningParts, Plugin } from './plugin.ts';

/** What plugins opened before they were set up. */
export interface OpenedPlugins {
  /** Nothing in it for a plugin that opens nothing. */
  of(plugin: Pick<Plugin, 'name'>): Opened;
  readonly authorities: Readonly<Record<string, Passwords>>;
  /** What plugins see from now on as the host. */
  bind(host: Host): void;
  stop(): Promise<void>;
}

const togetherOf = (all: ReadonlyMap<string, Opened>): Readonly<Record<string, Passwords>> => {
  const authorities: Record<string, Passwords> = {};
  for (const [plugin, { authorities: theirs = {} }] of all) {
    for (const [name, passwords] of Object.entries(theirs)) {
      if (name === 'local' || Object.hasOwn(authorities, name)) {
        throw new AppError('config_invalid', `the plugin ${plugin} brings an authority of a name in use: ${name}`);
      }
      authorities[name] = passwords;
    }
  }
  return authorities;
};

type Parts = Omit<OpeningParts, 'host' | 'issuer' | 'profile'> & { readonly config: Config };

/** Opens what plugins keep open; what was opened is stopped again where one cannot be. */
export const openPlugins = async (plugins: readonly Plugin[], { config, ...parts }: Parts): Promise<OpenedPlugins> => {
  const all = new Map<string, Opened>();
  const late: { host?: Host } = {};
  const host = (): Host => {
    if (!late.host) throw new AppError('internal', 'a plugin used the host before it had started');
    return late.host;
  };
  const stop = async (): Promise<void> => {
    for (const { stop: end } of all.values()) await end?.();
  };
  try {
    for (const plugin of plugins) {
      const { issuer, profile } = config;
      const opened = await plugin.open?.({ ...parts, issuer, profile, host }, config.plugins[plugin.name]);
      if (opened) all.set(plugin.name, opened);
    }
    return {
      of: ({ name }) => all.get(name) ?? {},
      authorities: togetherOf(all),
      bind(bound) {
        late.host = bound;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

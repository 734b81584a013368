import { userPass } from '../../plugins/sspr/commands/user-pass.ts';
import { BY_CLI, commitFresh } from '../../src/cli/at-work.ts';
import { commandHost } from '../../src/command-host.ts';
import { plugins } from '../../src/installed.ts';
import type { CommandContext } from '../../src/plugin.ts';
import type { SsprConfig } from '../../plugins/sspr/config.ts';
import type { World } from './world.ts';

type Options = Readonly<Partial<Record<'for' | 'hours', string>>>;

/** Issues a pass as the help desk does, by the command, on the store of the running server; gives what it prints. */
export const pass = async (
  { app: { foundation } }: World,
  { userName }: { readonly userName: string },
  options: Options = {},
): Promise<string> => {
  const host = commandHost(foundation, plugins);
  const context: CommandContext<SsprConfig> = {
    host,
    config: foundation.config.plugins['sspr'] as SsprConfig,
    opened: {},
    arguments: { user: userName },
    options: { note: 'called back at the number in the directory', ...options },
    by: BY_CLI,
    async account(name) {
      const found = (await host.accounts.byName(name)) ?? (await host.accounts.byId(name));
      if (!found) throw new Error(`there is no ${name}`);
      return found;
    },
    commit: (changes, refusals) => commitFresh(foundation, changes, refusals),
    section: () => Promise.reject(new Error('no other file is read')),
    print: () => undefined,
    note: () => undefined,
    input: () => Promise.resolve(''),
  };
  const { value } = await userPass.run(context);
  return (value as { readonly pass: string }).pass;
};

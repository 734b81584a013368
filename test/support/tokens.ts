import { sspr } from '../../plugins/sspr/index.ts';
import type { SsprConfig } from '../../plugins/sspr/config.ts';
import { fromBase32, toBase32 } from '../../plugins/sspr/otp/base32.ts';
import { oneTimePassword } from '../../plugins/sspr/otp/one-time-password.ts';
import { commitFresh } from '../../src/cli/at-work.ts';
import { commandHost } from '../../src/command-host.ts';
import { plugins } from '../../src/installed.ts';
import type { World } from './world.ts';

/** Runs `latchkey token <name>` on the store of the running server. */
export const tokenCommand = async (
  { app: { foundation: rooms } }: World,
  name: string,
  given: Readonly<Record<string, string>>,
  input = '',
): Promise<void> => {
  const host = commandHost(rooms, plugins);
  const command = sspr.commands?.find((one) => one.name === `token ${name}`);
  if (!command) throw new Error(`there is no command token ${name}`);
  await command.run({
    host,
    config: rooms.config.plugins['sspr'] as SsprConfig,
    opened: {},
    arguments: given,
    options: {},
    by: { actor: 'cli' },
    async account(user) {
      const found = await host.accounts.byName(user);
      if (!found) throw new Error(`there is no user ${user}`);
      return found;
    },
    commit: (changes, refusals) => commitFresh(rooms, changes, refusals),
    section: () => Promise.reject(new Error('no other file here')),
    print: () => undefined,
    note: () => undefined,
    input: () => Promise.resolve(input),
  });
};

const KEY = toBase32(Buffer.from('12345678901234567890'));

/** A hardware token in somebody's hands. */
export interface CodeGenerator {
  readonly serial: string;
  /** What it shows for a counter: the press of a button, or a step of its clock. */
  code(counter: number): string;
}

/** Brings a token in for somebody; `more` are further columns of the file. */
export const codeGenerator = async (
  world: World,
  userName: string,
  serial: string,
  more: Readonly<Record<string, string>> = { type: 'hotp' },
): Promise<CodeGenerator> => {
  const columns = { 'serial number': serial, 'secret key': KEY, upn: userName, ...more };
  const file = [Object.keys(columns).join(','), Object.values(columns).join(',')].join('\n');
  await tokenCommand(world, 'import', { file: '-' }, file);
  const algorithm = more['algorithm'] === 'SHA-256' ? 'SHA-256' : 'SHA-1';
  const format = { algorithm, digits: more['digits'] === '8' ? 8 : 6 } as const;
  return { serial, code: (counter) => oneTimePassword(fromBase32(KEY) ?? Buffer.alloc(0), format, counter) };
};

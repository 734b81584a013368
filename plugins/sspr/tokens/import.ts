import { readFile } from 'node:fs/promises';
import { AppError } from '../../../src/kernel/errors.ts';
import { randomId } from '../../../src/kernel/random.ts';
import type { CommandContext, CommandContribution, Host } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { sealKey } from '../otp/keys.ts';
import { TOKEN_KEY, tokenId, tokens } from './collection.ts';
import type { Token } from './collection.ts';
import { readTokens } from './read.ts';
import type { Fault, ListedToken } from './read.ts';

const MOST_AT_ONCE = 10_000;

const refuse = (faults: readonly Fault[]): AppError => {
  const lines = faults
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, message }) => `line ${String(line)}: ${message}`);
  return new AppError('bad_request', ['nothing was imported', ...lines].join('\n'));
};

/** Account ids by the names in the file; and what only the store knows to be wrong with it. */
const compare = async ({ store, accounts }: Host, listed: readonly ListedToken[]) => {
  const faults: Fault[] = [];
  const owners = new Map<string, string>();
  for (const { line, serial, upn } of listed) {
    if (await store.get(tokens, tokenId(serial))) {
      faults.push({ line, message: `serial number ${serial} was imported before` });
    }
    if (upn === undefined || owners.has(upn)) continue;
    const account = await accounts.byName(upn);
    if (account) owners.set(upn, account.id);
    else faults.push({ line, message: `there is no user ${JSON.stringify(upn)}` });
  }
  return { owners, faults };
};

const tokenFor = ({ secrets, clock, random }: Host, listed: ListedToken, owner: string | undefined): Token => {
  const { serial, manufacturer, model, key } = listed;
  const now = clock.now();
  return {
    id: tokenId(serial),
    serial,
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(model === undefined ? {} : { model }),
    device: { ...listed.device, secret: sealKey(secrets, TOKEN_KEY, key) },
    importedAt: now,
    ...(owner === undefined ? {} : { assigned: { id: randomId(random), to: owner, at: now } }),
  };
};

const importing = (host: Host, made: readonly Token[], by: CommandContext['by']): readonly Change[] => [
  ...made.map((token) => change.insert(tokens, token)),
  ...made.flatMap(({ serial, assigned }) =>
    assigned
      ? [host.audit.event({ ...by, type: 'token.assigned', result: 'success', subject: assigned.to, reason: serial })]
      : [],
  ),
  host.audit.event({
    ...by,
    type: 'token.imported',
    result: 'success',
    reason: made.map(({ serial }) => serial).join(' '),
  }),
];

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('bad_request', `${file} cannot be read`, { cause });
  }
};

export const importCommand: CommandContribution = {
  name: 'token import',
  description: 'bring in tokens by CSV: all of them, or none where a line is wrong',
  arguments: [
    {
      name: 'file',
      description:
        'upn, serial number, secret key, time interval, manufacturer, model (as for Entra), and if wanted type, algorithm, digits, counter; "-" for standard input',
    },
  ],
  async run({ host, arguments: { file = '' }, commit, by, input }) {
    const { listed, faults } = readTokens(file === '-' ? await input() : await textOf(file));
    const compared = await compare(host, listed);
    const all = [...faults, ...compared.faults];
    if (all.length > 0) throw refuse(all);
    if (listed.length === 0) throw new AppError('bad_request', 'the file lists no token');
    if (listed.length > MOST_AT_ONCE) {
      throw new AppError('bad_request', `more than ${String(MOST_AT_ONCE)} tokens: split the file`);
    }
    const made = listed.map((one) =>
      tokenFor(host, one, one.upn === undefined ? undefined : compared.owners.get(one.upn)),
    );
    await commit(() => Promise.resolve(importing(host, made, by)), {
      id: 'one of these serial numbers was imported meanwhile: nothing was imported',
    });
    const assigned = made.filter((token) => token.assigned).length;
    return {
      value: { imported: made.length, assigned },
      text: [`imported: ${String(made.length)}, assigned: ${String(assigned)}`],
    };
  },
};

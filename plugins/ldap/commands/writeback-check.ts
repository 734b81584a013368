import { AppError } from '../../../src/kernel/errors.ts';
import type { Account, CommandContext, CommandContribution, CommandOutput, Preflight } from '../../../src/plugin.ts';
import { people } from '../../../src/plugin.ts';
import type { DirectoryAuthority } from '../authority/authority.ts';
import type { LdapConfig } from '../config.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { LdapOpened } from '../index.ts';

type Context = CommandContext<LdapConfig, LdapOpened>;

interface Checked {
  readonly id: string;
  readonly userName: string;
  readonly directory: string;
  readonly works: boolean;
  readonly reason?: string;
  readonly about?: string;
}

const checked = async (directory: DirectoryAuthority, account: Account): Promise<Checked> => {
  const { id, userName } = account;
  const preflight = await said(directory, account);
  return { id, userName, directory: directory.name, ...preflight };
};

const said = async (directory: DirectoryAuthority, account: Account): Promise<Preflight> => {
  if (!account.active) return { works: false, reason: 'disabled', about: 'the account is switched off here' };
  try {
    return await directory.check(account);
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return { works: false, reason: error.isOutage ? 'unreachable' : 'misconfigured', about: error.message };
  }
};

/** The directory that keeps somebody's password. Undefined where it is kept here. */
const authorityOf = async ({ host, opened }: Context, { id }: Account): Promise<DirectoryAuthority | undefined> => {
  const name = (await host.store.get(people, id))?.authority ?? 'local';
  if (name === 'local') return undefined;
  const directory = opened.directories.get(name);
  if (!directory) throw new AppError('bad_request', `their password is kept in ${name}, which is not configured`);
  return directory;
};

const sentence = ({ userName, directory, works, reason = '', about = '' }: Checked): string =>
  works
    ? `a reset for ${userName} would be written to ${directory}`
    : `a reset for ${userName} would not be written to ${directory}: ${reason} (${about})`;

const one = async (context: Context, name: string): Promise<CommandOutput> => {
  const account = await context.account(name);
  const directory = await authorityOf(context, account);
  if (!directory) {
    const value = { id: account.id, userName: account.userName, directory: null, works: true };
    return { value, text: [`the password of ${account.userName} is kept here: nothing is written to a directory`] };
  }
  const result = await checked(directory, account);
  if (result.works) return { value: result, text: [sentence(result)] };
  return { value: result, text: [], failure: sentence(result) };
};

/** So many questions at once: as many as a process has connections for, and few enough to be no load. */
const AT_ONCE = 4;

const inPieces = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / AT_ONCE) }, (_, at) => list.slice(at * AT_ONCE, (at + 1) * AT_ONCE));

const everybody = async (context: Context): Promise<CommandOutput> => {
  const { host, print } = context;
  const pages = host.accounts.pages?.();
  if (!pages) throw new AppError('bad_request', 'this host does not list its people');
  const refused: Checked[] = [];
  const reasons = new Map<string, number>();
  let works = 0;
  for await (const page of pages) {
    for (const piece of inPieces(page.filter(({ kind }) => kind === 'person'))) {
      const results = await Promise.all(
        piece.map(async (account) => {
          const directory = await authorityOf(context, account);
          return directory && checked(directory, account);
        }),
      );
      for (const result of results) {
        if (!result) continue;
        if (result.works) {
          works += 1;
          continue;
        }
        refused.push(result);
        reasons.set(result.reason ?? '', (reasons.get(result.reason ?? '') ?? 0) + 1);
        print(sentence(result));
      }
    }
  }
  const counts = Object.fromEntries([...reasons].toSorted(([, a], [, b]) => b - a));
  const rows = Object.entries({ works, ...counts }).map(([name, count]) => [name, String(count)]);
  return { value: { works, refused: counts, people: refused }, text: [[['RESETS', 'PEOPLE'], ...rows]] };
};

/** `latchkey writeback check`: would a reset be written, and if not, why. */
export const writebackCheck: CommandContribution<LdapConfig, LdapOpened> = {
  name: 'writeback check',
  description: 'tell whether a reset would be written to the directory, without writing anything',
  arguments: [{ name: 'user', description: 'user name, mail address or id', optional: true }],
  options: [{ flags: '--all', description: 'everybody whose password a directory keeps, with counts by reason' }],
  run(context) {
    const { user } = context.arguments;
    const isAll = context.options['all'] === true;
    if (isAll === (user !== undefined)) throw new AppError('bad_request', 'name somebody, or say --all');
    return user === undefined ? everybody(context) : one(context, user);
  },
};

import { Command } from 'commander';
import { attributesOf } from '../directory/attributes.ts';
import { displayNameOf } from '../directory/accounts.ts';
import { all } from '../directory/all-pages.ts';
import { groupsOf } from '../directory/memberships.ts';
import { isHashable } from '../directory/hashable.ts';
import { people } from '../directory/person.ts';
import type { Person } from '../directory/person.ts';
import type { Account } from '../directory/account.ts';
import type { Directory } from '../directory/directory.ts';
import type { Foundation } from '../foundation.ts';
import { AppError } from '../kernel/errors.ts';
import type { Change, Stored } from '../store/port.ts';
import { everything } from '../store/query.ts';
import { atWork, BY_CLI, collect, commitFresh, table } from './at-work.ts';
import type { Cli, CliCommand } from './cli.ts';

/** A person by user name, an address of their own, or id. Throws `not_found`. */
export const findUser = async ({ directory }: Foundation, name: string): Promise<Stored<Person>> => {
  const found = (await directory.people.byName(name)) ?? (await directory.people.byId(name));
  if (!found) throw new AppError('not_found', `there is no user ${JSON.stringify(name)}`);
  return found;
};

/** What others may know of a person: no folded copies, no counters of ours. */
const shown = (person: Person) => ({
  id: person.id,
  ...attributesOf(person),
  kind: person.kind,
  adminRoles: person.adminRoles,
  authority: person.authority,
  source: person.source,
  createdAt: new Date(person.createdAt).toISOString(),
  updatedAt: new Date(person.updatedAt).toISOString(),
});

const readPassword = async (cli: Cli): Promise<string> => {
  const password = await cli.input();
  if (!isHashable(password)) {
    throw new AppError('bad_request', 'a password on standard input has 1 to 256 characters of UTF-8 text');
  }
  return password;
};

interface AddOptions {
  readonly mail?: readonly string[];
  readonly displayName?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly language?: string;
  readonly role?: readonly string[];
  readonly service?: boolean;
  readonly passwordStdin?: boolean;
  readonly mustChange?: boolean;
  readonly json?: boolean;
}

const nameOf = ({ givenName, familyName }: AddOptions) =>
  givenName === undefined && familyName === undefined
    ? {}
    : { name: { ...(givenName && { givenName }), ...(familyName && { familyName }) } };

const newPerson = (userName: string, options: AddOptions) => ({
  userName,
  ...(options.displayName === undefined ? {} : { displayName: options.displayName }),
  ...nameOf(options),
  ...(options.language === undefined ? {} : { preferredLanguage: options.language }),
  ...(options.mail && { emails: options.mail.map((value, n) => ({ value, type: 'work', primary: n === 0 })) }),
  ...(options.role && { adminRoles: options.role }),
  ...(options.service && { kind: 'service' as const }),
});

/** Of two who sign in by one address nobody would be found. Throws `bad_request`. */
const mustBeFree = async ({ people }: Directory, userName: string, further: readonly string[]): Promise<void> => {
  const [kept] = await people.keptNames({ userName, further }, { source: 'local' });
  if (kept) {
    const reason = `${JSON.stringify(kept.name)} is what somebody signs in by: latchkey user show ${kept.person}`;
    throw new AppError('bad_request', reason);
  }
};

const add = (cli: Cli): Command =>
  new Command('add')
    .description('create a person who can sign in here')
    .argument('<name>', 'user name')
    .option('--mail <address>', 'mail address, the primary one first; may be given several times', collect)
    .option('--display-name <name>', 'name as others read it')
    .option('--given-name <name>', 'first name')
    .option('--family-name <name>', 'last name')
    .option('--language <tag>', 'language for pages and mail, such as de')
    .option('--role <role>', 'administrative role; may be given several times', collect)
    .option('--service', 'an account of a program, which can never be reset by itself')
    .option('--password-stdin', 'read the password from standard input')
    .option('--must-change', 'the password must be changed at the next sign-in')
    .option('--json', 'print the person as JSON')
    .action(async (userName: string, options: AddOptions) => {
      const password = options.passwordStdin ? await readPassword(cli) : undefined;
      const created = await atWork(cli, async (rooms) => {
        await mustBeFree(rooms.directory, userName, options.mail ?? []);
        const { person, changes } = rooms.directory.people.creating(newPerson(userName, options), BY_CLI);
        const starting = { mustChange: options.mustChange ?? false };
        const first =
          password === undefined ? [] : [await rooms.directory.local.starting(person.id, password, starting)];
        await commitFresh(rooms, async () => [...changes, ...first], {
          userName: `the user name ${JSON.stringify(userName)} is taken`,
        });
        return person;
      });
      if (options.json) cli.printJson(shown(created));
      else cli.print(`created ${created.userName} (${created.id})`);
    });

const list = (cli: Cli): Command =>
  new Command('list')
    .description('list all people')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const everybody = await atWork(cli, async ({ store }) => all(store, people, everything, 'userNameFolded'));
      if (json) {
        cli.printJson(everybody.map(shown));
        return;
      }
      const rows = everybody.map((person) => [
        person.userName,
        displayNameOf(person),
        person.emails?.[0]?.value ?? '',
        person.active ? 'active' : 'disabled',
        person.adminRoles.join(' '),
      ]);
      for (const line of table([['USER', 'NAME', 'MAIL', 'STATE', 'ROLES'], ...rows])) cli.print(line);
    });

const show = (cli: Cli): Command =>
  new Command('show')
    .description('show one person and the groups that hold them')
    .argument('<name>', 'user name, mail address or id')
    .option('--json', 'print the person as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const found = await atWork(cli, async (rooms) => {
        const person = await findUser(rooms, name);
        const groups = await groupsOf(rooms.store, person.id);
        return { ...shown(person), groups: groups.map(({ id, displayName }) => ({ value: id, display: displayName })) };
      });
      if (json) {
        cli.printJson(found);
        return;
      }
      const rows = Object.entries(found).map(([field, value]) => [
        field,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      for (const line of table(rows)) cli.print(line);
    });

/** A command that changes one person who is there. */
const changing = (
  cli: Cli,
  verb: string,
  description: string,
  changes: (rooms: Foundation, person: Stored<Person>) => Promise<readonly Change[]> | readonly Change[],
): Command =>
  new Command(verb)
    .description(description)
    .argument('<name>', 'user name, mail address or id')
    .action(async (name: string) => {
      const userName = await atWork(cli, async (rooms) => {
        const person = await findUser(rooms, name);
        // By id when it is tried again: the name may have come to mean somebody else.
        await commitFresh(rooms, async () => changes(rooms, await findUser(rooms, person.id)));
        return person.userName;
      });
      cli.print(`${verb}: ${userName}`);
    });

/** What a password set by somebody else brings with it: whatever it is that plugins have to end, and whom they tell. */
const settingPassword = async (
  cli: Cli,
  rooms: Foundation,
  account: Account,
  password: string,
  mustChange: boolean,
): Promise<readonly Change[]> => {
  const { passwords, directory } = await cli.hostOf(rooms);
  const setting = await passwords.set(account, password, 'administrator', { mustChange });
  return [...setting, ...((await directory?.passwordSet(account, 'administrator', BY_CLI)) ?? [])];
};

const setPassword = (cli: Cli): Command =>
  new Command('set-password')
    .description('set a password, which ends every session of the person and tells them')
    .argument('<name>', 'user name, mail address or id')
    .requiredOption('--password-stdin', 'read the password from standard input; it is never an argument')
    .option('--must-change', 'the password must be changed at the next sign-in')
    .action(async (name: string, { mustChange }: { mustChange?: boolean }) => {
      const password = await readPassword(cli);
      const userName = await atWork(cli, async (rooms) => {
        const { id, userName, authority } = await findUser(rooms, name);
        if (authority !== 'local') {
          throw new AppError('bad_request', `the password of ${userName} belongs to the directory ${authority}`);
        }
        await commitFresh(rooms, async () => {
          const account = await rooms.directory.accounts.byId(id);
          if (!account) throw new AppError('not_found', `there is no user ${JSON.stringify(name)}`);
          return settingPassword(cli, rooms, account, password, mustChange ?? false);
        });
        return userName;
      });
      cli.print(`set-password: ${userName}`);
    });

export const user: CliCommand = (cli) =>
  new Command('user')
    .description('people who sign in here')
    .addCommand(add(cli))
    .addCommand(list(cli))
    .addCommand(show(cli))
    .addCommand(
      changing(cli, 'disable', 'let somebody sign in no more, and end their sessions', ({ directory }, person) =>
        directory.people.updating(person, { active: false }, BY_CLI),
      ),
    )
    .addCommand(
      changing(cli, 'enable', 'let somebody who was disabled sign in again', ({ directory }, person) =>
        directory.people.updating(person, { active: true }, BY_CLI),
      ),
    )
    .addCommand(setPassword(cli))
    .addCommand(
      changing(cli, 'remove', 'delete somebody for good, and end their sessions', ({ directory }, person) =>
        directory.people.deleting(person, BY_CLI),
      ),
    );

import { Command } from 'commander';
import { all } from '../directory/all-pages.ts';
import { groups, memberships } from '../directory/group.ts';
import type { Group } from '../directory/group.ts';
import type { Foundation } from '../foundation.ts';
import { AppError } from '../kernel/errors.ts';
import type { Stored } from '../store/port.ts';
import { eq, everything } from '../store/query.ts';
import { atWork, BY_CLI, commitFresh, table } from './at-work.ts';
import type { Cli, CliCommand } from './cli.ts';
import { findUser } from './user.ts';

/** A group by name or id. Throws `not_found`. */
const findGroup = async ({ directory }: Foundation, name: string): Promise<Stored<Group>> => {
  const found = (await directory.groups.byId(name)) ?? (await directory.groups.byName(name));
  if (!found) throw new AppError('not_found', `there is no group ${JSON.stringify(name)}`);
  return found;
};

const shown = ({ id, displayName, externalId, source, createdAt, updatedAt }: Group) => ({
  id,
  displayName,
  ...(externalId === undefined ? {} : { externalId }),
  source,
  createdAt: new Date(createdAt).toISOString(),
  updatedAt: new Date(updatedAt).toISOString(),
});

const add = (cli: Cli): Command =>
  new Command('add')
    .description('create a group')
    .argument('<name>', 'name as people and policies read it')
    .option('--json', 'print the group as JSON')
    .action(async (displayName: string, { json }: { json?: boolean }) => {
      const created = await atWork(cli, async (rooms) => {
        const { group, changes } = rooms.directory.groups.creating({ displayName }, BY_CLI);
        await commitFresh(rooms, async () => changes, {
          localName: `the group name ${JSON.stringify(displayName)} is taken`,
        });
        return group;
      });
      if (json) cli.printJson(shown(created));
      else cli.print(`created ${created.displayName} (${created.id})`);
    });

const list = (cli: Cli): Command =>
  new Command('list')
    .description('list all groups')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const everyGroup = await atWork(cli, ({ store }) => all(store, groups, everything, 'displayNameFolded'));
      if (json) {
        cli.printJson(everyGroup.map(shown));
        return;
      }
      const rows = everyGroup.map(({ displayName, id, source }) => [displayName, id, source]);
      for (const line of table([['GROUP', 'ID', 'SOURCE'], ...rows])) cli.print(line);
    });

const remove = (cli: Cli): Command =>
  new Command('remove')
    .description('delete a group; its members stay')
    .argument('<name>', 'group name or id')
    .action(async (name: string) => {
      const removed = await atWork(cli, async (rooms) => {
        const group = await findGroup(rooms, name);
        await commitFresh(rooms, async () => rooms.directory.groups.deleting(await findGroup(rooms, group.id), BY_CLI));
        return group;
      });
      cli.print(`removed ${removed.displayName}`);
    });

const addMember = (cli: Cli): Command =>
  new Command('add')
    .description('make somebody a member; with --group, another group')
    .argument('<group>', 'group name or id')
    .argument('<member>', 'user name, mail address or id; with --group, a group')
    .option('--group', 'the member is a group')
    .action(async (groupName: string, memberName: string, { group: nested }: { group?: boolean }) => {
      await atWork(cli, (rooms) =>
        commitFresh(
          rooms,
          async () => {
            const group = await findGroup(rooms, groupName);
            return nested
              ? rooms.directory.groups.nesting(group, await findGroup(rooms, memberName), BY_CLI)
              : rooms.directory.groups.adding(group, await findUser(rooms, memberName), BY_CLI);
          },
          { id: `${JSON.stringify(memberName)} is a member of ${JSON.stringify(groupName)} already` },
        ),
      );
      cli.print(`added ${memberName} to ${groupName}`);
    });

const removeMember = (cli: Cli): Command =>
  new Command('remove')
    .description('end a membership; with --group, that of another group')
    .argument('<group>', 'group name or id')
    .argument('<member>', 'user name, mail address or id; with --group, a group')
    .option('--group', 'the member is a group')
    .action(async (groupName: string, memberName: string, { group: nested }: { group?: boolean }) => {
      await atWork(cli, (rooms) =>
        commitFresh(
          rooms,
          async () => {
            const group = await findGroup(rooms, groupName);
            const member = await (nested ? findGroup(rooms, memberName) : findUser(rooms, memberName));
            return rooms.directory.groups.removing(group, member, BY_CLI);
          },
          { missing: `${JSON.stringify(memberName)} is no member of ${JSON.stringify(groupName)}` },
        ),
      );
      cli.print(`removed ${memberName} from ${groupName}`);
    });

const listMembers = (cli: Cli): Command =>
  new Command('list')
    .description('list the members of a group')
    .argument('<group>', 'group name or id')
    .option('--json', 'print them as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const members = await atWork(cli, async (rooms) => {
        const { id } = await findGroup(rooms, name);
        const rows = await all(rooms.store, memberships, eq('group', id));
        return Promise.all(
          rows.map(async ({ member, memberKind }) => {
            const { people, groups } = rooms.directory;
            const named = memberKind === 'person' ? (await people.byId(member))?.userName : undefined;
            const name = named ?? (await groups.byId(member))?.displayName ?? '';
            return { value: member, type: memberKind, display: name };
          }),
        );
      });
      if (json) {
        cli.printJson(members);
        return;
      }
      for (const line of table([['MEMBER', 'TYPE', 'ID'], ...members.map((m) => [m.display, m.type, m.value])])) {
        cli.print(line);
      }
    });

export const group: CliCommand = (cli) =>
  new Command('group')
    .description('groups that policies and apps go by')
    .addCommand(add(cli))
    .addCommand(list(cli))
    .addCommand(remove(cli))
    .addCommand(
      new Command('member')
        .description('members of a group')
        .addCommand(addMember(cli))
        .addCommand(removeMember(cli))
        .addCommand(listMembers(cli)),
    );

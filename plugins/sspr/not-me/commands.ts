import { DAY } from '../../../src/kernel/clock.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Account, CommandContext, CommandContribution } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { and, eq, everything } from '../../../src/store/query.ts';
import { noteIn } from '../commands/note.ts';
import type { SsprConfig } from '../config.ts';
import { addressesOf } from '../desk.ts';
import { createMethods } from '../methods/list.ts';
import { byCommand, told } from '../notices.ts';
import { registrationOf } from '../registrations.ts';
import { cases } from './collections.ts';
import type { Case } from './collections.ts';

type Context = CommandContext<SsprConfig>;

/** How long a closed case can be looked at (milliseconds). */
const KEPT = 365 * DAY;

const NOTE = { flags: '--note <text>', description: 'what came of it; kept in the audit log', required: true } as const;

const closing = ({ host, by }: Context, one: Stored<Case>, note: string): readonly Change[] => {
  const now = host.clock.now();
  const closed = { state: 'closed', closedAt: now, closedBy: by.actor ?? '', note, keepUntil: now + KEPT } as const;
  const about = { subject: one.accountId, reason: note, correlation: byCommand(host).correlation };
  return [
    change.swap(cases, { ...one, ...closed }),
    host.audit.event({ ...by, type: 'case.closed', result: 'success', ...about }),
  ];
};

const iso = (at: number): string => new Date(at).toISOString();

/** As operators read and script it. */
const shown = async ({ host }: Context, one: Case) => ({
  id: one.id,
  user: { id: one.accountId, userName: (await host.accounts.byId(one.accountId))?.userName ?? '' },
  disowned: one.notice,
  happenedAt: iso(one.at),
  from: one.address,
  device: one.agent,
  reportedAt: iso(one.openedAt),
  reportedFrom: one.openedFrom,
  reportedBy: one.sentTo,
  account: one.outcome,
  state: one.state,
  ...(one.closedAt === undefined ? {} : { closedAt: iso(one.closedAt), closedBy: one.closedBy, note: one.note }),
});

const userCases: CommandContribution<SsprConfig> = {
  name: 'user cases',
  description: 'list what people reported by the link of a notice: this was not me',
  options: [{ flags: '--all', description: 'closed ones too' }],
  async run(context) {
    const { host, options } = context;
    const query = options['all'] === true ? everything : eq('state', 'open');
    const { docs } = await host.store.find(cases, query, {
      sort: [{ path: 'openedAt', descending: true }],
      limit: 1000,
    });
    const value = await Promise.all(docs.map((one) => shown(context, one)));
    const rows = value.map(({ id, user, disowned, happenedAt, from, account, state }) => {
      return [id, user.userName, disowned, happenedAt, from, account, state];
    });
    const heading = ['CASE', 'USER', 'DISOWNED', 'HAPPENED', 'FROM', 'ACCOUNT', 'STATE'];
    return { value, text: rows.length === 0 ? ['no case is open'] : [[heading, ...rows]] };
  },
};

const closeCase: CommandContribution<SsprConfig> = {
  name: 'user close-case',
  description: 'close a case that was looked into; the account stays as it is',
  arguments: [{ name: 'case', description: 'id, as listed by latchkey user cases' }],
  options: [NOTE],
  async run(context) {
    const {
      host,
      commit,
      arguments: { case: id = '' },
    } = context;
    const note = noteIn(context.options['note'], 'the note says what came of it');
    await commit(async () => {
      const one = await host.store.get(cases, id);
      if (!one) throw new AppError('not_found', `there is no case ${JSON.stringify(id)}`);
      if (one.state === 'closed') throw new AppError('bad_request', `the case ${id} is closed already`);
      return closing(context, one, note);
    });
    return { value: { id, state: 'closed' }, text: [`closed: ${id}`] };
  },
};

const KEEP = {
  flags: '--keep-password',
  description: 'though the password is still the one of before the report',
} as const;

/** Whoever the account was frozen against may know the password, and be there first. */
const isOldPassword = async ({ host }: Context, account: Account): Promise<boolean> => {
  const freeze = await host.freezes?.of(account.id);
  const { changedAt } = await host.passwords.state(account);
  return freeze !== undefined && changedAt !== undefined && changedAt < freeze.at;
};

const unfreezing = async (context: Context, id: string, note: string): Promise<readonly Change[]> => {
  const { host, config, account: find, by } = context;
  const account = await find(id);
  if (context.options['keepPassword'] !== true && (await isOldPassword(context, account))) {
    throw new AppError(
      'bad_request',
      `${account.userName} still has the password of before the report, which somebody else may know: set another one first by latchkey user set-password, or say --keep-password`,
    );
  }
  const where = byCommand(host);
  const opening = (await host.freezes?.ending(id, { ...by, reason: note, correlation: where.correlation })) ?? [];
  if (opening.length === 0) throw new AppError('bad_request', `${account.userName} is not frozen`);
  const open = await host.store.find(cases, and(eq('accountId', id), eq('state', 'open')), { limit: 1000 });
  const addresses = addressesOf(
    { methods: createMethods(host, config) },
    account,
    await registrationOf(host.store, id),
  );
  return [
    ...opening,
    ...open.docs.flatMap((one) => closing(context, one, note)),
    ...told(host, account, where, 'account-unfrozen', addresses),
  ];
};

const unfreeze: CommandContribution<SsprConfig> = {
  name: 'user unfreeze',
  description: 'let somebody sign in again whose account was frozen by a report, and close its cases',
  arguments: [{ name: 'user', description: 'user name, mail address or id' }],
  options: [{ ...NOTE, description: 'how it was found out who they are; kept in the audit log' }, KEEP],
  async run(context) {
    const {
      account: find,
      commit,
      arguments: { user = '' },
    } = context;
    const note = noteIn(context.options['note'], 'the note says how it was found out who they are');
    const { id, userName } = await find(user);
    await commit(() => unfreezing(context, id, note));
    return { value: { user: { id, userName }, frozen: false }, text: [`unfrozen: ${userName}`] };
  },
};

/** For administrators: what was reported, and what to do about it. */
export const caseCommands: readonly CommandContribution<SsprConfig>[] = [userCases, closeCase, unfreeze];

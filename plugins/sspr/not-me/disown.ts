import { DAY } from '../../../src/kernel/clock.ts';
import type { Account, Freezes, Limit, Visit } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import { addressesOf } from '../desk.ts';
import type { Desk } from '../desk.ts';
import { administratorsTold } from '../administrators.ts';
import { informed } from '../notices.ts';
import { registrationOf, replacing } from '../registrations.ts';
import { cases } from './collections.ts';
import type { Case, Disclaimer } from './collections.ts';
import { disownedSince } from './frozen.ts';

/** Whoever gets somebody's mail could otherwise keep them out for as long as they like. */
const FREEZES: Limit = { name: 'sspr freezes', cap: 3, window: DAY };

/**
 * Mails about cases of one person: whoever opens them by the dozen fills no mailbox, and does not keep administrators
 * from hearing of somebody else's.
 */
const MAILS: Limit = { name: 'sspr mails of cases', cap: 5, window: DAY };

const TRIES = 10;

interface Disowned {
  readonly outcome: Case['outcome'];
  readonly changes: readonly Change[];
}

const frozen = async (desk: Desk, freezes: Freezes, visit: Visit<unknown>, link: Disclaimer): Promise<Disowned> => {
  const { host } = desk;
  const { address, agent, correlation } = visit;
  const { outcome, changes } = await freezes.freezing(link.accountId, link.at, { address, agent, correlation });
  if (outcome !== 'frozen') return { outcome, changes };
  const { count } = await host.limits.spent(FREEZES, link.accountId);
  if (count < FREEZES.cap) {
    return { outcome, changes: [...changes, host.limits.spending(FREEZES, link.accountId)] };
  }
  host.log.warn({ account: link.accountId, case: link.event }, 'an account was disowned too often to be frozen again');
  return { outcome: 'unfrozen', changes: freezes.signingOut(link.accountId) };
};

/** Browsers that were known or remembered, and what was registered since; whatever goes on ends with the epoch. */
const remains = async ({ host }: Desk, { accountId, at }: Disclaimer): Promise<readonly Change[]> => {
  const registration = await registrationOf(host.store, accountId);
  const methods = disownedSince(registration.methods, at, host.clock.now());
  const isTouched = methods.some((one, n) => one !== registration.methods[n]);
  return [
    ...(await host.browsers.forgetting(accountId)),
    ...((await host.remembered?.forgetting(accountId)) ?? []),
    ...(isTouched ? [replacing(registration, { ...registration, methods })] : []),
  ];
};

const news = async (desk: Desk, visit: Visit<unknown>, account: Account, opened: Case): Promise<readonly Change[]> => {
  const { host } = desk;
  const { id, notice, outcome, at } = opened;
  const told = await administratorsTold(desk, visit, {
    template: 'case-opened',
    data: { person: account.userName, notice, outcome, case: id, happenedAt: at },
    limit: MAILS,
    key: account.id,
    more: desk.config.cases.mail,
  });
  if (outcome !== 'frozen') return told;
  const registration = await registrationOf(host.store, account.id);
  // Whoever added a contact by what is disowned hears of nothing.
  const before = { ...registration, methods: disownedSince(registration.methods, at, host.clock.now()) };
  return [...told, ...informed(host, account, visit, 'account-frozen', addressesOf(desk, account, before))];
};

const attempt = async (desk: Desk, freezes: Freezes, visit: Visit<unknown>, link: Disclaimer): Promise<void> => {
  const { host } = desk;
  const account = await host.accounts.byId(link.accountId);
  if (!account || (await host.store.get(cases, link.event))) return;
  const { outcome, changes } = await frozen(desk, freezes, visit, link);
  const { event: id, accountId, notice, at, address, agent, sentTo } = link;
  const now = host.clock.now();
  const told = { accountId, notice, at, address, agent, sentTo };
  const opened: Case = { id, ...told, openedAt: now, openedFrom: visit.address, outcome, state: 'open' };
  await host.store.commit([
    change.insert(cases, opened),
    ...changes,
    ...(await remains(desk, link)),
    host.audit.event(
      auditEvent(visit, {
        type: 'case.opened',
        result: 'success',
        subject: accountId,
        method: notice,
        reason: outcome,
      }),
    ),
    ...(await news(desk, visit, account, opened)),
  ]);
};

/**
 * What follows when somebody says that it was not them: everything signed in ends, the account is frozen, and a case is
 * opened for administrators, in one commit. Once for each event, however many links there are and whoever is first.
 */
export const disown = async (desk: Desk, freezes: Freezes, visit: Visit<unknown>, link: Disclaimer): Promise<void> => {
  for (let left = TRIES; ; left -= 1) {
    try {
      await attempt(desk, freezes, visit, link);
      return;
    } catch (error) {
      // Somebody changed what was read: another contact that was told as well, or whoever is to be stopped.
      if (!(error instanceof Conflict) || left === 1) throw error;
    }
  }
};

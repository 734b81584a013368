import { DAY, HOUR } from '../../../src/kernel/clock.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import type { Account, PasswordAge } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import { addressesOf, asDirected } from '../desk.ts';
import type { Desk } from '../desk.ts';
import { byCommand, informed } from '../notices.ts';
import { registrationOf } from '../registrations.ts';
import { expiryLooks, expiryReminders } from './collections.ts';

/** Days before the end on which people are reminded, with the days on which the next reminder takes over. */
const REMINDERS = [
  { ahead: 14, next: 7 },
  { ahead: 7, next: 3 },
  { ahead: 3, next: 1 },
  { ahead: 1, next: 0 },
] as const;

type Reminder = (typeof REMINDERS)[number];

/** What was done already by another node, or before a crash. */
const committed = async ({ host: { store } }: Desk, changes: readonly Change[]): Promise<void> => {
  try {
    await store.commit(changes);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
};

const telling = async (desk: Desk, account: Account, until: number): Promise<readonly Change[]> => {
  const { host } = desk;
  const where = byCommand(host);
  const registration = await asDirected(desk, account, await registrationOf(host.store, account.id));
  const days = Math.ceil((until - host.clock.now()) / DAY);
  const event = { type: 'password.expiring', result: 'success', subject: account.id, reason: String(days) } as const;
  return [
    ...informed(host, account, where, 'password-expires', addressesOf(desk, account, registration), { days, until }),
    host.audit.event(auditEvent(where, event)),
  ];
};

const remind = async (
  desk: Desk,
  { accountId, changedAt }: PasswordAge,
  ahead: number,
  maxAge: number,
): Promise<void> => {
  const account = await desk.host.accounts.byId(accountId);
  // Somebody to whom another policy has come to speak is reminded by its age.
  if (!account || desk.policies.of(account)?.passwordMaxAgeDays !== maxAge) return;
  const until = changedAt + maxAge * DAY;
  const id = [accountId, changedAt, ahead].join(' ');
  const reminded = change.insert(expiryReminders, { id, expiresAt: until });
  await committed(desk, [reminded, ...(await telling(desk, account, until))]);
};

/**
 * Looks at the passwords that have come so near to their end since the last look, and at no other: what it reads grows
 * with the people that are due, not with all there are. Who is nearer than the next reminder, as after a time in which no
 * server ran, gets that one alone.
 */
const look = async (desk: Desk, { ahead, next }: Reminder, maxAge: number): Promise<void> => {
  const { store, clock, passwords } = desk.host;
  const id = `${String(ahead)} of ${String(maxAge)}`;
  const before = await store.get(expiryLooks, id);
  const oldest = clock.now() - maxAge * DAY;
  const upTo = oldest + ahead * DAY;
  const from = Math.max(before?.upTo ?? 0, oldest + next * DAY) + 1;
  if (from > upTo) return;
  for await (const page of passwords.setBetween?.(from, upTo) ?? []) {
    for (const age of page) await remind(desk, age, ahead, maxAge);
  }
  await committed(desk, [
    before ? change.swap(expiryLooks, { ...before, upTo }) : change.insert(expiryLooks, { id, upTo }),
  ]);
};

/** Mails before a password expires by policy. A password that is set anew begins anew. */
export const reminderJob = (desk: Desk): Job => {
  const ages = new Set(desk.config.policies.map(({ passwordMaxAgeDays }) => passwordMaxAgeDays));
  return {
    name: 'sspr.expiry',
    every: HOUR,
    async run() {
      for (const maxAge of ages) {
        // A password that is younger than the reminder says would be told of its end as it begins.
        for (const reminder of REMINDERS) if (reminder.ahead < maxAge) await look(desk, reminder, maxAge);
      }
      return false;
    },
  };
};

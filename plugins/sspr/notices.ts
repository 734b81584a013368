import { randomId } from '../../src/kernel/random.ts';
import type { Account, Host, Message } from '../../src/plugin.ts';
import type { Change } from '../../src/store/port.ts';
import type { Flow } from './collections.ts';
import { deviceOf } from './device.ts';
import { addressesOf } from './desk.ts';
import type { Desk } from './desk.ts';
import type { Contact, Proved, Sending } from './methods/method.ts';
import { disowningOf } from './not-me/links.ts';
import { purposeOf } from './purpose.ts';
import type { MaybeStored } from './registrations.ts';

/** From where something was done, as the person can recognise it. */
export type Where = Pick<Flow, 'address' | 'agent' | 'correlation' | 'locale'>;

/** What is done by a command is done in nobody's browser, and in no language but the person's own. */
export const byCommand = ({ random }: Pick<Host, 'random'>): Where => ({
  address: '',
  agent: '',
  correlation: randomId(random),
  locale: 'en',
});

const about = (account: Account, where: Where, at: number): Message['data'] => ({
  name: account.displayName,
  userName: account.userName,
  address: where.address,
  at,
  ...deviceOf(where.agent),
});

/** A message of this plugin to somebody, in their language. */
export const messageTo = (
  host: Host,
  account: Account,
  where: Where,
  template: string,
  { channel, to }: Contact,
): Message => ({
  channel,
  to,
  template: `sspr/${template}`,
  locale: account.locale ?? where.locale,
  data: about(account, where, host.clock.now()),
  accountId: account.id,
  correlation: where.correlation,
});

/** What a method wants sent, to the person in their language. */
export const sent = (host: Host, account: Account, where: Where & Pick<Flow, 'kind'>, sending: Sending): Change => {
  const one = messageTo(host, account, where, sending.template, sending);
  return host.notify.message({
    ...one,
    data: { ...one.data, purpose: purposeOf(where) },
    secret: sending.secret,
    expiresAt: sending.expiresAt,
  });
};

/** The same to every contact, where there is nothing to disown. */
export const informed = (
  host: Host,
  account: Account,
  where: Where,
  template: string,
  contacts: readonly Contact[],
  data: Message['data'] = {},
): readonly Change[] =>
  contacts.map((contact) => {
    const one = messageTo(host, account, where, template, contact);
    return host.notify.message({ ...one, data: { ...one.data, ...data } });
  });

/**
 * News of what was done to an account, to every contact: each with a link by which it is disowned.
 *
 * @param contacts those that were the person's before it happened, and no others
 * @param data values of the template; `at` where it did not happen just now (epoch milliseconds)
 */
export const told = (
  host: Host,
  account: Account,
  where: Where,
  template: string,
  contacts: readonly Contact[],
  data: Message['data'] = {},
): readonly Change[] => {
  const at = typeof data['at'] === 'number' ? data['at'] : host.clock.now();
  const disowning = disowningOf(host, account, { notice: template, at, address: where.address, agent: where.agent });
  return contacts.flatMap((contact) => {
    const one = messageTo(host, account, where, template, contact);
    const link = disowning(contact);
    const notice = { ...one, data: { ...one.data, ...data, ...link?.data }, ...(link && { secret: link.secret }) };
    return [host.notify.message(notice), ...(link?.changes ?? [])];
  });
};

/** That something was used, to every contact of its owner. */
export const toldOfUse = (
  desk: Desk,
  account: Account,
  where: Where,
  registration: MaybeStored,
  { template, data }: NonNullable<Proved<unknown>['telling']>,
): readonly Change[] => told(desk.host, account, where, template, addressesOf(desk, account, registration), data);

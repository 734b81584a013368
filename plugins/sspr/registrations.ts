import type { Store, Stored } from '../../src/store/port.ts';
import { change } from '../../src/store/port.ts';
import type { Change } from '../../src/store/port.ts';
import { randomId } from '../../src/kernel/random.ts';
import type { DemoPerson, Host } from '../../src/plugin.ts';
import { registrations } from './collections.ts';
import type { Registered, Registration } from './collections.ts';
import type { Held, Method } from './methods/method.ts';

/** What somebody has who never registered anything. */
export const nothingRegistered = (accountId: string): Registration => ({
  id: accountId,
  methods: [],
  confirmedAt: 0,
  snoozes: 0,
  snoozedUntil: 0,
  askedIn: [],
  holdUntil: 0,
});

export type MaybeStored = Registration | Stored<Registration>;

export const registrationOf = async (store: Store, accountId: string): Promise<MaybeStored> =>
  (await store.get(registrations, accountId)) ?? nothingRegistered(accountId);

/** Writes `next` in place of what was read, and fails when somebody else wrote in between. */
export const replacing = (read: MaybeStored, next: Registration): Change =>
  'version' in read
    ? change.swap(registrations, { ...next, version: read.version })
    : change.insert(registrations, next);

/** What is registered for a method, read by the method's own shape; undefined when nothing is, or none that fits. */
export const heldOf = <D>(method: Method<D>, registration: Registration): Held<D> | undefined => {
  const found = registration.methods.find((one) => one.method === method.name);
  if (!found) return undefined;
  const data = method.data.safeParse(found.data);
  return data.success ? { id: found.id, data: data.data } : undefined;
};

/** Puts a method in the place of the one of the same name, or takes that one away. */
export const withMethod = (registration: Registration, method: string, put?: Registered): Registration => ({
  ...registration,
  methods: [...registration.methods.filter((one) => one.method !== method), ...(put ? [put] : [])],
});

/** Somebody of the demo who registered the alternate address long before the first visitor comes. */
export const demoRegistration = ({ clock, random }: Host, { account, alternateMail }: DemoPerson): Change => {
  const now = clock.now();
  const email = { id: randomId(random), method: 'email', addedAt: now, data: { address: alternateMail } };
  return change.insert(registrations, { ...nothingRegistered(account.id), methods: [email], confirmedAt: now });
};

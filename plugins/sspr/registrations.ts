import type { Store, Stored } from '../../src/store/port.ts';
import { change } from '../../src/store/port.ts';
import type { Change } from '../../src/store/port.ts';
import type { DemoFact, DemoPerson, Host } from '../../src/plugin.ts';
import { registrations } from './collections.ts';
import type { Registered, Registration } from './collections.ts';
import type { Held, Method } from './methods/method.ts';
import { asStored, sound } from './staleness/marks.ts';

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
export const replacing = (read: MaybeStored, next: Registration): Change => {
  const rests = { ...next, methods: next.methods.map(asStored) };
  return 'version' in read
    ? change.swap(registrations, { ...rests, version: read.version })
    : change.insert(registrations, rests);
};

/** What can be used of one thing that is registered for this method, read by the method's own shape. */
export const usable = <D>(method: Method<D>, one: Registered): Held<D> | undefined => {
  if (one.stale?.dead) return undefined;
  const data = method.data.safeParse(one.data);
  return data.success ? { id: one.id, data: data.data } : undefined;
};

/** What is registered for a method and can be used. */
export const heldOf = <D>(method: Method<D>, registration: Registration): readonly Held<D>[] =>
  registration.methods
    .filter((one) => one.method === method.name)
    .map((one) => usable(method, one))
    .filter((held) => held !== undefined);

/**
 * Puts one beside those of the same method, in the place of the one that it replaces, or in that of the earliest where a
 * person may have no more.
 */
export const withRegistered = (
  registration: Registration,
  put: Registered,
  most: number,
  replaces = put.id,
): Registration => {
  const others = registration.methods.filter(({ id }) => id !== put.id && id !== replaces);
  const same = others.filter(({ method }) => method === put.method);
  const gone = new Set(same.slice(0, Math.max(0, same.length + 1 - most)).map(({ id }) => id));
  return { ...registration, methods: [...others.filter(({ id }) => !gone.has(id)), put] };
};

/** What a sign-in is to ask for first is forgotten with the last of it. */
export const withoutRegistered = ({ preferred, ...registration }: Registration, id: string): Registration => {
  const methods = registration.methods.filter((one) => one.id !== id);
  const stays = preferred !== undefined && methods.some(({ method }) => method === preferred);
  return { ...registration, methods, ...(stays ? { preferred } : {}) };
};

/**
 * What somebody used: when, and what it becomes; null where it is used up. Whatever was said against it is over, but for
 * what the directory says.
 */
export const withUsed = (
  registration: Registration,
  id: string,
  usedAt: number,
  becomes?: Registered['data'] | null,
): Registration => {
  if (becomes === null) return withoutRegistered(registration, id);
  const used = (one: Registered): Registered => ({
    ...(one.stale?.dead ? one : sound(one)),
    usedAt,
    ...(becomes ? { data: becomes } : {}),
  });
  return { ...registration, methods: registration.methods.map((one) => (one.id === id ? used(one) : one)) };
};

const demoId = ({ name }: Method): string => `demo ${name}`;

/** Somebody of the demo, who registered what methods have for them long before the first visitor comes. */
export const demoRegistration = ({ clock }: Host, methods: readonly Method[], person: DemoPerson): Change => {
  const now = clock.now();
  const registered = methods.flatMap((method): Registered[] => {
    const data = method.demo?.data(person);
    return data === undefined
      ? []
      : [{ id: demoId(method), method: method.name, addedAt: now, data: data as Registered['data'] }];
  });
  return change.insert(registrations, {
    ...nothingRegistered(person.account.id),
    methods: registered,
    confirmedAt: now,
  });
};

/** What visitors of the demo need of it. What somebody registered since is theirs, and not shown. */
export const demoFacts = async (
  { store, accounts }: Host,
  methods: readonly Method[],
  accountId: string,
): Promise<readonly DemoFact[]> => {
  const account = await accounts.byId(accountId);
  if (!account) return [];
  const registration = await registrationOf(store, accountId);
  return methods.flatMap((method) =>
    heldOf(method, registration)
      .filter(({ id }) => id === demoId(method))
      .flatMap(({ data }) => method.demo?.facts?.(data, account) ?? []),
  );
};

import type { Account, Freeze, Host } from '../../src/plugin.ts';
import type { Change } from '../../src/store/port.ts';
import type { Registered, Registration } from './collections.ts';
import type { SsprConfig } from './config.ts';
import type { Methods } from './methods/list.ts';
import type { Contact, Held, Method, Opening } from './methods/method.ts';
import type { MethodName } from './methods/names.ts';
import { whileFrozen } from './not-me/frozen.ts';
import type { PasswordRule } from './password-rules/rule.ts';
import type { Policies, Policy } from './policy.ts';
import { heldOf, registrationOf } from './registrations.ts';
import type { MaybeStored } from './registrations.ts';
import { ended, fallen, risen } from './staleness/marks.ts';

/** What every flow of this plugin works with. */
export interface Desk {
  readonly host: Host;
  readonly config: SsprConfig;
  readonly policies: Policies;
  readonly methods: Methods;
  readonly rules: readonly PasswordRule[];
}

/** Someone who may use the plugin, with what holds for them now. */
export interface Eligible {
  readonly account: Account;
  readonly policy: Policy;
  readonly registration: MaybeStored;
  /** Nobody signs in to the account: it takes two gates to open it again, and what was registered before. */
  readonly frozen?: Freeze;
}

/**
 * As it is by the directory of now and by the clock: what that has taken back opens nothing, until it says so again, nor
 * does what has ended.
 */
export const asDirected = async (
  desk: Pick<Desk, 'host' | 'methods'>,
  account: Account,
  registration: MaybeStored,
): Promise<MaybeStored> => {
  const methods = await Promise.all(
    registration.methods.map(async (one): Promise<Registered> => {
      const method = methodOf(desk, one.method);
      const data = method?.ends || method?.stands ? method.data.safeParse(one.data) : undefined;
      if (!method || !data?.success) return one;
      const now = desk.host.clock.now();
      const end = method.ends?.(data.data) ?? Infinity;
      if (end <= now) return ended(one, end);
      if (!method.stands) return one;
      return (await method.stands(data.data, account)) ? risen(one) : fallen(one, now);
    }),
  );
  return { ...registration, methods };
};

/** Undefined for whoever may not reset a password here: out of scope, disabled, no person. */
export const eligibleOf = async (desk: Desk, account: Account | undefined): Promise<Eligible | undefined> => {
  const policy = account && desk.policies.of(account);
  if (!policy) return undefined;
  const registration = await registrationOf(desk.host.store, account.id);
  const person = { account, policy, registration: await asDirected(desk, account, registration) };
  const freeze = await desk.host.freezes?.of(account.id);
  return freeze ? whileFrozen(person, freeze) : person;
};

export const methodOf = (desk: Pick<Desk, 'methods'>, name: string): Method | undefined =>
  Object.hasOwn(desk.methods, name) ? desk.methods[name as MethodName] : undefined;

export interface Usable {
  readonly method: Method;
  readonly held: Held<unknown>;
}

/** What the person registered and the policy allows, in the policy's order. */
export const usable = (desk: Desk, { policy, registration }: Eligible): readonly Usable[] =>
  policy.methods.flatMap((name) => {
    const method = desk.methods[name];
    return heldOf(method, registration).map((held) => ({ method, held }));
  });

/** What the person was given for this, whatever the policy allows: a pass of the help desk. */
export const givenFor = (desk: Desk, { registration }: Eligible, opening: Opening): readonly Usable[] =>
  Object.values(desk.methods).flatMap((method: Method) =>
    heldOf(method, registration)
      .filter(({ data }) => method.given?.opens(data) === opening)
      .map((held) => ({ method, held })),
  );

/** What may open a gate now: of the policy's methods what is registered, of others what was given for it. */
export const heldAtGate = (desk: Desk, person: Eligible, method: Method): readonly Held<unknown>[] => {
  const isAllowed = person.policy.methods.some((name) => name === method.name);
  if (isAllowed) return heldOf(method, person.registration);
  return givenFor(desk, person, 'gate').flatMap((one) => (one.method.name === method.name ? [one.held] : []));
};

/**
 * Where news of the account reaches the person: every mail address that is known to be theirs, the account's own and
 * those that methods proved; text messages only where there is none.
 */
export const addressesOf = (
  { methods }: Pick<Desk, 'methods'>,
  account: Account,
  registration: MaybeStored,
): readonly Contact[] => {
  const proved = Object.values(methods).flatMap((method: Method) =>
    heldOf(method, registration).flatMap(({ data }) => method.contacts?.(data) ?? []),
  );
  const on = (channel: Contact['channel']): readonly string[] =>
    proved.filter((contact) => contact.channel === channel).map(({ to }) => to);
  const mail = [...new Set([...account.mail, ...on('mail')])];
  if (mail.length > 0) return mail.map((to) => ({ channel: 'mail', to }));
  return [...new Set(on('sms'))].map((to) => ({ channel: 'sms', to }));
};

/** What goes with what is registered no more: rows that its method keeps besides, in the same commit. */
export const leaving = (desk: Pick<Desk, 'methods'>, before: Registration, after: Registration): readonly Change[] => {
  const left = new Set(after.methods.map(({ id }) => id));
  return before.methods.flatMap((one) => {
    const method = left.has(one.id) ? undefined : methodOf(desk, one.method);
    const data = method?.data.safeParse(one.data);
    return data?.success ? (method?.removing?.(data.data) ?? []) : [];
  });
};

/** The things that a registration proves somebody has, as they rest in a proof. */
export const thingsOf = ({ host: { secrets } }: Desk, { method, held }: Usable): string[] =>
  method.proves(held.data).map((thing) => secrets.hash('sspr thing', thing));

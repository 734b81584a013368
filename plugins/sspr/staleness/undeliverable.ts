import { fold } from '../../../src/kernel/text.ts';
import type { Refusal } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { Registered } from '../collections.ts';
import { methodOf } from '../desk.ts';
import type { Desk } from '../desk.ts';
import { registrationOf, replacing } from '../registrations.ts';
import { afterFailure } from './marks.ts';
import type { Storms } from './storm.ts';

/** Whether a registration's messages go where nothing could be delivered. */
const isThere = (desk: Desk, one: Registered, { channel, to }: Refusal): boolean => {
  const method = methodOf(desk, one.method);
  const data = method?.data.safeParse(one.data);
  const contacts = data?.success ? (method?.contacts?.(data.data) ?? []) : [];
  return contacts.some((contact) => contact.channel === channel && fold(contact.to) === fold(to));
};

/**
 * What changes when something could not be delivered for good: its person is asked about that contact at the next
 * sign-in, about a mail address only after a second time at least a day later. It goes on opening its gate.
 */
const doubting =
  (desk: Desk, storms: Storms) =>
  async (refusal: Refusal): Promise<readonly Change[]> => {
    const { store, audit } = desk.host;
    if (refusal.accountId === undefined) return [];
    const registration = await registrationOf(store, refusal.accountId);
    const failed = registration.methods.flatMap((one) => {
      const after = isThere(desk, one, refusal) ? afterFailure(one, refusal) : undefined;
      return after ? [after] : [];
    });
    if (failed.length === 0) return [];
    // First failures count as well: a relay that returns everything is found out before anybody is asked.
    const weather = await storms.ask(refusal.channel);
    if (weather.kind === 'stopped') return weather.changes;
    const methods = registration.methods.map((one) => failed.find(({ id }) => id === one.id) ?? one);
    const events = failed
      .filter(({ stale }) => stale !== undefined)
      .map(({ method }) =>
        audit.event({
          type: 'method.stale',
          result: 'success',
          subject: registration.id,
          method,
          reason: refusal.reason,
        }),
      );
    return [replacing(registration, { ...registration, methods }), ...events, ...weather.changes];
  };

/** As {@link doubting}, and what methods make of it whose messages go elsewhere than to contacts. */
export const undeliverable = (desk: Desk, storms: Storms): ((refusal: Refusal) => Promise<readonly Change[]>) => {
  const doubt = doubting(desk, storms);
  return async (refusal) => {
    const own = Object.values(desk.methods).map(async (method) => (await method.undeliverable?.(refusal)) ?? []);
    return [...(await doubt(refusal)), ...(await Promise.all(own)).flat()];
  };
};

import type { Host } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { registrationOf, replacing } from '../registrations.ts';
import { lain } from './marks.ts';

/**
 * What belongs to somebody's return who had been deleted: they are asked about what they had registered, and no browser is
 * known to be theirs.
 */
export const returning = async (host: Host, accountId: string): Promise<readonly Change[]> => {
  const registration = await registrationOf(host.store, accountId);
  const forgetting = [
    ...(await host.browsers.forgetting(accountId)),
    ...((await host.remembered?.forgetting(accountId)) ?? []),
  ];
  if (registration.methods.length === 0) return forgetting;
  const now = host.clock.now();
  const next = { ...registration, methods: registration.methods.map((one) => lain(one, now)) };
  const events = registration.methods
    .filter(({ stale }) => !stale)
    .map(({ method }) =>
      host.audit.event({ type: 'method.stale', result: 'success', subject: accountId, method, reason: 'returned' }),
    );
  return [replacing(registration, next), ...events, ...forgetting];
};

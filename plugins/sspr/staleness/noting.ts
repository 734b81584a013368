import { Conflict } from '../../../src/store/port.ts';
import type { Eligible, Desk } from '../desk.ts';
import { replacing } from '../registrations.ts';
import { asNoted, isUnnoted } from './marks.ts';
import type { Storms } from './storm.ts';

/**
 * Writes down what the directory has changed, which is seen only when somebody comes: whatever brings changes into the
 * directory needs no knowledge of this plugin.
 *
 * @returns false where so much has changed that the directory is not believed, and nobody is asked about it
 */
export const noteFallen = async (
  { host }: Desk,
  storms: Storms,
  { registration }: Pick<Eligible, 'registration'>,
): Promise<boolean> => {
  const fallen = registration.methods.filter(isUnnoted);
  if (fallen.length === 0) return true;
  const { kind, changes } = await storms.ask('directory');
  const marking = [
    replacing(registration, { ...registration, methods: registration.methods.map(asNoted) }),
    ...fallen.map(({ method }) =>
      host.audit.event({
        type: 'method.stale',
        result: 'success',
        subject: registration.id,
        method,
        reason: 'directory',
      }),
    ),
  ];
  try {
    await host.store.commit([...(kind === 'going' ? marking : []), ...changes]);
    return kind === 'going';
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // Somebody else wrote in between: it is seen again at the next sign-in.
    return false;
  }
};

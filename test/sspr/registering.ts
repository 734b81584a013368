import { registrations } from '../../plugins/sspr/collections.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import type { Person } from '../support/person.ts';
import type { World } from '../support/world.ts';

/** Gives somebody an alternate address, as though registered long ago. */
export const hasAlternateMail = async (world: World, person: Person, address = person.alternateMail): Promise<void> => {
  const now = world.clock.now();
  await world.app.foundation.store.insert(registrations, {
    ...nothingRegistered(person.id),
    methods: [{ id: `email of ${person.userName}`, method: 'email', addedAt: now, data: { address } }],
    confirmedAt: now,
  });
};

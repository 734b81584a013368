import type { By, DirectoryAccess, Host, Person } from '../../../src/plugin.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { createExternalIds } from '../people/external-ids.ts';

/**
 * Hands the record of a person to another source, which alone writes it from then on; the one before cannot bring them back
 * by the external id that it knows them by. Nothing that they sign in with changes.
 */
export const transferring = async (
  host: Pick<Host, 'store' | 'secrets' | 'clock'>,
  { people }: Pick<DirectoryAccess, 'people'>,
  person: Stored<Person>,
  source: string,
  by: By,
): Promise<readonly Change[]> => [
  ...people.settingSource(person, source, by),
  ...(await createExternalIds(host, people).keeping(person, { id: person.id, source })),
];

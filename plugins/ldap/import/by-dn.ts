import type { Store } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { directoryLinks } from '../collections.ts';
import { directoryGroups } from './collections.ts';
import { storedDnKey } from './dn-key.ts';
import type { ImportParts } from './parts.ts';

export interface Here {
  readonly kind: 'person' | 'group';
  readonly id: string;
}

type Parts = Pick<ImportParts, 'name' | 'host'>;

/** Who stands there; undefined also where two do, since one of them has moved and was not seen since. */
export const personAt = ({ name, host }: Parts, dn: string): Promise<string | undefined> =>
  personBy(host.store, storedDnKey(name, dn));

// The index holds all that is asked for, so that no link is read.
const personBy = async (store: Store, dnKey: string): Promise<string | undefined> => {
  const { docs } = await store.findFields(directoryLinks, ['dnKey'], eq('dnKey', dnKey), { limit: 2 });
  return docs.length === 1 ? docs[0]?.id : undefined;
};

/** Somebody or some group of ours, by where the directory has it. */
export const hereAt = async (parts: Parts, dn: string): Promise<Here | undefined> => {
  const { store } = parts.host;
  const dnKey = storedDnKey(parts.name, dn);
  const person = await personBy(store, dnKey);
  if (person !== undefined) return { kind: 'person', id: person };
  const { docs } = await store.findFields(directoryGroups, ['dnKey'], eq('dnKey', dnKey), { limit: 2 });
  return docs.length === 1 && docs[0] ? { kind: 'group', id: docs[0].id } : undefined;
};

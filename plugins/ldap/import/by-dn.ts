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
export const personAt = async ({ name, host }: Parts, dn: string): Promise<string | undefined> => {
  const { docs } = await host.store.find(directoryLinks, eq('dnKey', storedDnKey(name, dn)), { limit: 2 });
  return docs.length === 1 ? docs[0]?.id : undefined;
};

/** Somebody or some group of ours, by where the directory has it. */
export const hereAt = async (parts: Parts, dn: string): Promise<Here | undefined> => {
  const person = await personAt(parts, dn);
  if (person !== undefined) return { kind: 'person', id: person };
  const dnKey = storedDnKey(parts.name, dn);
  const { docs } = await parts.host.store.find(directoryGroups, eq('dnKey', dnKey), { limit: 2 });
  return docs.length === 1 && docs[0] ? { kind: 'group', id: docs[0].id } : undefined;
};

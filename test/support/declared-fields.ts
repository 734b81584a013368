import { plugins } from '../../src/app.ts';
import { auditEvents } from '../../src/audit/record.ts';
import type { StoredEvent } from '../../src/audit/record.ts';
import { catalogueOf } from '../../src/foundation.ts';
import { pagesOf } from '../../src/store/port.ts';
import type { Store } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';

/** Fields that only some types have, as they are stored and as the catalogue names them. */
const OWN = {
  subject: 'subject',
  method: 'method',
  reason: 'reason',
  clientId: 'clientId',
  typedNameHash: 'typedName',
} as const;

const catalogue = catalogueOf(plugins);

const strange = (event: StoredEvent): readonly string[] =>
  Object.entries(OWN).flatMap(([field, name]) =>
    event[field as keyof typeof OWN] === undefined || catalogue[event.type]?.carries.includes(name)
      ? []
      : [`${event.type} carries ${field}, which its catalogue does not say`],
  );

/** What the events of a store carry that their type does not declare. */
export const undeclaredFields = async (store: Pick<Store, 'find'>): Promise<readonly string[]> => {
  const found = new Set<string>();
  for await (const page of pagesOf(store, auditEvents, everything)) {
    for (const event of page) for (const each of strange(event)) found.add(each);
  }
  return [...found];
};

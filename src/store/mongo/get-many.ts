import { isStorable } from '../../kernel/text.ts';
import { onlyFields } from '../fields.ts';
import type { Doc, Stored } from '../port.ts';
import { fromEnvelope, live } from './envelope.ts';
import { projected } from './find.ts';
import type { Reading } from './find.ts';

/** Ids in one question. */
const AT_ONCE = 1000;

export const getMany = async (
  { shelf, now, fields }: Reading,
  ids: readonly string[],
): Promise<readonly Stored<Doc>[]> => {
  const asked = [...new Set(ids)].filter(isStorable);
  const docs: Stored<Doc>[] = [];
  for (let first = 0; first < asked.length; first += AT_ONCE) {
    const some = { _id: { $in: asked.slice(first, first + AT_ONCE) }, ...live(shelf, now) };
    docs.push(...(await shelf.model.find(some, fields && projected(fields)).lean()).map(fromEnvelope));
  }
  return docs;
};

export const getManyFields = async (
  reading: Reading,
  fields: readonly string[],
  ids: readonly string[],
): Promise<readonly Doc[]> => onlyFields({ docs: await getMany({ ...reading, fields }, ids) }, fields).docs;

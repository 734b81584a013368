import type { Doc, Slice } from './port.ts';

/** The id and these fields of each document. */
export const onlyFields = ({ docs, ...rest }: Slice<Doc>, fields: readonly string[]): Slice<Doc> => {
  const kept = new Set(['id', ...fields]);
  const narrow = (doc: Doc): Doc =>
    Object.fromEntries(Object.entries(doc).filter(([name]) => kept.has(name))) as unknown as Doc;
  return { docs: docs.map(narrow), ...rest };
};

import type { BulkOperation, Given } from './request.ts';

export const isSound = (given: Given): given is BulkOperation => !('fault' in given);

/** Which operations need which, by what creates the bulk ids that they name. */
export interface Needs {
  /** For each operation the positions of those that it needs. */
  readonly positions: readonly (readonly number[])[];
  /** The operation that creates the resource of that bulk id. */
  creator(bulkId: string): number | undefined;
}

export const needsOf = (operations: readonly Given[]): Needs => {
  const creators = new Map(
    operations.flatMap(({ method, bulkId }, at) => (method === 'POST' && bulkId !== undefined ? [[bulkId, at]] : [])),
  );
  const needed = (given: Given): readonly number[] =>
    (isSound(given) ? given.needs : []).flatMap((bulkId) => creators.get(bulkId) ?? []);
  return { positions: operations.map(needed), creator: (bulkId) => creators.get(bulkId) };
};

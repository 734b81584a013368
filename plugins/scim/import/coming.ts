import { fold } from '../../../src/kernel/text.ts';
import type { TypeName } from '../clients/client.ts';

/** What somebody is called in a file. */
export interface Names {
  readonly userName?: string | undefined;
  readonly externalId?: string | undefined;
}

/** Who is brought by a run or, where nothing is written, would be: members may be named who are not there yet. */
export interface Coming {
  add(type: TypeName, names: Names): void;
  has(type: TypeName, names: Names): boolean;
}

const keysOf = (type: TypeName, { userName, externalId }: Names): readonly string[] => [
  ...(userName === undefined ? [] : [`${type} name ${fold(userName)}`]),
  ...(externalId === undefined ? [] : [`${type} id ${externalId}`]),
];

export const createComing = (): Coming => {
  const known = new Set<string>();
  return {
    add(type, names) {
      for (const key of keysOf(type, names)) known.add(key);
    },
    has: (type, names) => keysOf(type, names).some((key) => known.has(key)),
  };
};

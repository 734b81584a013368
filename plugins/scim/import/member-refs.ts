import { fold } from '../../../src/kernel/text.ts';
import { groups, people } from '../../../src/plugin.ts';
import type { DirectoryAccess } from '../../../src/plugin.ts';
import type { Store } from '../../../src/store/port.ts';
import { and, eq } from '../../../src/store/query.ts';
import type { TypeName } from '../clients/client.ts';
import { badRequest } from '../schema/scim-error.ts';
import type { ScimError } from '../schema/scim-error.ts';
import { isObject, membersOf } from '../schema/value.ts';
import type { Coming } from './coming.ts';

/** A member as a line of a file names one. */
export interface MemberRef {
  readonly by: 'value' | 'externalId' | 'userName';
  readonly name: string;
  readonly type?: TypeName;
}

const WAYS = ['value', 'externalId', 'userName'] as const;

const typeIn = (given: unknown): TypeName | undefined => {
  const written = typeof given === 'string' ? given.toLowerCase() : '';
  return written === 'user' ? 'User' : written === 'group' ? 'Group' : undefined;
};

const refOf = (given: unknown): MemberRef => {
  const said = isObject(given) ? membersOf(given) : new Map<string, unknown>();
  const type = typeIn(said.get('type'));
  const named = WAYS.flatMap((by) => {
    const name = said.get(by.toLowerCase());
    return typeof name === 'string' && name !== '' ? [{ by, name, ...(type && { type }) }] : [];
  });
  const [ref] = named;
  if (!ref || named.length > 1) {
    throw badRequest('invalidValue', 'members: each has one of value, externalId and userName, and no more');
  }
  return ref;
};

/** Undefined where a line says nothing of members. Throws `ScimError` `invalidValue`. */
export const memberRefsIn = (given: unknown): readonly MemberRef[] | undefined => {
  if (given === undefined || given === null) return undefined;
  if (!Array.isArray(given)) throw badRequest('invalidValue', 'members are a list');
  return given.map(refOf);
};

export interface RefParts {
  readonly store: Store;
  readonly directory: Pick<DirectoryAccess, 'people' | 'groups'>;
  readonly source: string;
  readonly coming: Coming;
}

/** Somebody who is there has an id; who is only coming has none yet. */
export interface Member {
  readonly id?: string;
  /** As the file calls them. */
  readonly name: string;
}

const nobody = ({ by, name }: MemberRef): ScimError =>
  badRequest('invalidValue', `members: nobody has the ${by === 'value' ? 'id' : by} ${JSON.stringify(name)}`);

const idsFor = async ({ store, directory, source }: RefParts, { by, name }: MemberRef) => {
  const own = and(eq('externalId', name), eq('source', source));
  switch (by) {
    case 'value':
      return { User: (await directory.people.byId(name))?.id, Group: (await directory.groups.byId(name))?.id };
    case 'userName': {
      const { docs } = await store.find(people, eq('userNameFolded', fold(name)), { limit: 1 });
      return { User: docs[0]?.id, Group: undefined };
    }
    case 'externalId':
      return {
        User: (await store.find(people, own, { limit: 1 })).docs[0]?.id,
        Group: (await store.find(groups, own, { limit: 1 })).docs[0]?.id,
      };
  }
};

/** Whom a line means: external ids are those of the file's own client. Throws `ScimError` `invalidValue`. */
export const memberFor = async (parts: RefParts, ref: MemberRef): Promise<Member> => {
  const ids = await idsFor(parts, ref);
  const names = ref.by === 'value' ? {} : { [ref.by]: ref.name };
  const meant = (['User', 'Group'] as const).filter(
    (type) =>
      (ref.type === undefined || ref.type === type) && (ids[type] !== undefined || parts.coming.has(type, names)),
  );
  const [type] = meant;
  if (!type) throw nobody(ref);
  if (meant.length > 1) {
    throw badRequest('invalidValue', `members: ${JSON.stringify(ref.name)} is a person and a group: say the type`);
  }
  const id = ids[type];
  return { name: ref.name, ...(id !== undefined && { id }) };
};

import type { Filter } from '../filter/filter.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { oneOf } from '../schema/coerce-value.ts';
import { named, standingFor } from '../schema/resolve.ts';
import { badRequest } from '../schema/scim-error.ts';
import { isObject, membersOf } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { afterSteps, stepsOf } from './attributes.ts';
import type { Step } from './attributes.ts';
import type { Operation } from './operation.ts';

/** What becomes of a group's members: ids, each once, none both added and removed. */
export interface MemberChanges {
  /** These and no others; nothing is added or removed besides. */
  readonly replaceAll?: readonly string[];
  /** Those who are members already stay so. */
  readonly add: readonly string[];
  /** Those who are no members stay so. */
  readonly remove: readonly string[];
}

export interface GroupPatch {
  /** Attributes of the group itself after all operations. */
  readonly attributes: ScimAttributes;
  readonly members: MemberChanges;
}

const idIn = (one: unknown): unknown => {
  if (!isObject(one)) return one;
  return Object.hasOwn(one, 'value') ? one['value'] : membersOf(one).get('value');
};

/**
 * Ids of the members that a resource or an operation names, each once, whatever else it says of them: of a hundred
 * thousand nothing but the ids is looked at. Throws `ScimError` `invalidValue`.
 */
export const memberIdsIn = (type: ResourceType, given: unknown): ReadonlySet<string> => {
  const attribute = named(type.schema.attributes, 'members');
  const sub = attribute && standingFor(attribute);
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (!sub || list.length > (attribute.mostValues ?? Infinity)) throw badRequest('invalidValue', 'too many members');
  const ids = list.map((one) => oneOf(sub, idIn(one), 'members.value'));
  return new Set(ids.filter((id) => typeof id === 'string'));
};

/** Members that are chosen by their ids; by anything else nobody can be chosen without reading all of them. */
const chosenBy = (filter: Filter): ReadonlySet<string> => {
  if (filter.kind === 'or') return new Set(filter.of.flatMap((part) => [...chosenBy(part)]));
  const isId = filter.kind === 'compare' && filter.op === 'eq' && filter.path.name.toLowerCase() === 'value';
  if (!isId || typeof filter.value !== 'string') throw badRequest('invalidFilter', 'members are chosen by value only');
  return new Set([filter.value]);
};

/** Members as they come and go, operation by operation. */
const gathering = () => {
  let all: Set<string> | undefined;
  const add = new Set<string>();
  const remove = new Set<string>();
  return {
    come(ids: ReadonlySet<string>) {
      for (const id of ids) {
        (all ?? add).add(id);
        remove.delete(id);
      }
    },
    go(ids: ReadonlySet<string>) {
      for (const id of ids) {
        (all ?? add).delete(id);
        if (!all) remove.add(id);
      }
    },
    become(ids: ReadonlySet<string>) {
      all = new Set(ids);
      add.clear();
      remove.clear();
    },
    changes: (): MemberChanges => ({ ...(all && { replaceAll: [...all] }), add: [...add], remove: [...remove] }),
  };
};

type Gathering = ReturnType<typeof gathering>;

const remove = (type: ResourceType, members: Gathering, chosen: Chosen, value: unknown): void => {
  if (chosen) members.go(chosen);
  // An empty list names nobody: whoever sends it means to remove nobody, and not everybody.
  else if (value !== undefined && value !== null) members.go(memberIdsIn(type, value));
  else members.become(new Set());
};

type Chosen = ReadonlySet<string> | undefined;

const write = (type: ResourceType, members: Gathering, chosen: Chosen, { op, value }: Operation): void => {
  const ids = memberIdsIn(type, value);
  if (chosen) {
    if (op === 'replace' && ids.size > 0) members.go(chosen);
    else members.come(chosen);
    members.come(ids);
  } else if (op === 'add') members.come(ids);
  else members.become(ids);
};

/**
 * Of a member nothing changes (RFC 7643 section 4.2): whoever writes the id of one would make it another, and without a
 * filter all of them. Throws `ScimError` `mutability`.
 */
const mustStay = (type: ResourceType, chosen: Chosen, { op, value }: Operation): void => {
  if (op === 'add' && !chosen) return;
  const isSame = op === 'remove' || [...memberIdsIn(type, value)].every((id) => chosen?.has(id));
  if (!chosen || !isSame) throw badRequest('mutability', 'members.value cannot be changed');
};

const take = (type: ResourceType, members: Gathering, { target, operation }: Step): void => {
  const chosen = target.filter && chosenBy(target.filter);
  if (target.sub?.name === 'value') mustStay(type, chosen, operation);
  if (target.sub && target.sub.name !== 'value') {
    if (operation.op === 'remove') throw badRequest('mutability', `members.${target.sub.name} cannot be changed`);
    // Address and kind of a member follow from who it is.
    if (chosen) members.come(chosen);
  } else if (operation.op === 'remove') remove(type, members, chosen, operation.value);
  else write(type, members, chosen, operation);
};

/**
 * What the operations come to for a group, in order: its members as those who come and go, so that one of a hundred
 * thousand is one row. `attributes` are those of the group itself. Throws `ScimError`, and then nothing of the request holds.
 */
export const patchedGroup = (
  type: ResourceType,
  attributes: ScimAttributes,
  operations: readonly Operation[],
): GroupPatch => {
  const steps = operations.flatMap((operation) => stepsOf(type, operation));
  const isOfMembers = ({ target }: Step): boolean => target.attribute.name === 'members';
  const members = gathering();
  for (const step of steps.filter(isOfMembers)) take(type, members, step);
  const others = steps.filter((step) => !isOfMembers(step));
  return { attributes: afterSteps(type, attributes, others), members: members.changes() };
};

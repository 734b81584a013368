import { fold } from '../../../src/kernel/text.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { coerce } from '../schema/coerce.ts';
import { badRequest } from '../schema/scim-error.ts';
import { isObject, member, membersOf } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { memberRefsIn } from './member-refs.ts';
import type { MemberRef } from './member-refs.ts';
import type { GroupRecord } from './records.ts';

/** A line that was read. */
export interface GroupLine {
  readonly line: number;
  /** What it says of the group itself, as a resource. */
  readonly own: object;
  readonly displayName: string;
  readonly externalId?: string;
  /** Absent where it says nothing of members: those that there are stay. */
  readonly members?: readonly MemberRef[];
}

const text = (attributes: ScimAttributes, name: string): string | undefined => {
  const value = member(attributes, name);
  return typeof value === 'string' ? value : undefined;
};

/** Throws `ScimError` for what is no group. */
export const groupLine = (type: ResourceType, { line, resource }: GroupRecord): GroupLine => {
  const given = resource();
  if (!isObject(given)) throw badRequest('invalidSyntax', 'a resource is an object of JSON');
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => name.toLowerCase() !== 'members'));
  const attributes = coerce(type, own);
  const externalId = text(attributes, 'externalId');
  const members = memberRefsIn(membersOf(given).get('members'));
  return {
    ...{ line, own, displayName: text(attributes, 'displayName') ?? '' },
    ...(externalId !== undefined && { externalId }),
    ...(members && { members }),
  };
};

/** What tells two lines about one group. */
export const keyOf = ({ displayName, externalId }: GroupLine): string =>
  externalId === undefined ? `name ${fold(displayName)}` : `id ${externalId}`;

/** Groups before those that they are members of, so that these find them. */
export const innerFirst = (lines: readonly GroupLine[]): readonly GroupLine[] => {
  const byExternalId = new Map(lines.map((line) => [line.externalId, line]));
  const placed = new Set<GroupLine>();
  const begun = new Set<GroupLine>();
  for (const start of lines) {
    const waiting = [start];
    for (let line = waiting.at(-1); line; line = waiting.at(-1)) {
      const inner = (line.members ?? []).flatMap(({ by, name }) => (by === 'externalId' ? [name] : []));
      const next = begun.has(line) ? [] : inner.flatMap((name) => byExternalId.get(name) ?? []);
      begun.add(line);
      const open = next.filter((one) => !begun.has(one));
      waiting.push(...open);
      if (open.length > 0) continue;
      placed.add(line);
      waiting.pop();
    }
  }
  return [...placed];
};

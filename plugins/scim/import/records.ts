import { readCsv } from '../../../src/kernel/csv.ts';
import { patched } from '../patch/attributes.ts';
import type { Operation } from '../patch/operation.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { coerce } from '../schema/coerce.ts';
import { namesSchema } from '../schema/named-schemas.ts';
import type { ResourceTypes } from '../schema/resource-types.ts';
import { badRequest, ScimError } from '../schema/scim-error.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { readJson } from '../server/json.ts';

/** One person of a file. */
export interface PersonRecord {
  /** From 1. */
  readonly line: number;
  /** What they are to be, from what they are. Throws `ScimError`. */
  next(before: ScimAttributes): ScimAttributes;
}

/** One group of a file. */
export interface GroupRecord {
  /** From 1. */
  readonly line: number;
  /** As it was sent. Throws `ScimError`. */
  resource(): unknown;
}

export interface FileRecords {
  readonly people: readonly PersonRecord[];
  readonly groups: readonly GroupRecord[];
}

/** What cannot be read is nobody's, and told as a person's line. */
const isGroup = (line: string, { id }: ResourceType['schema']): boolean => {
  // Nearly all lines are people, and none is read twice that does not look like a group.
  if (!line.toLowerCase().includes(id.toLowerCase())) return false;
  try {
    return namesSchema(readJson(Buffer.from(line)), id);
  } catch (error) {
    if (error instanceof ScimError) return false;
    throw error;
  }
};

const ofJson = ({ User, Group }: ResourceTypes, text: string): FileRecords => {
  const lines = text.split(/\r\n|\n/).flatMap((line, at) => {
    if (line.trim() === '') return [];
    return [{ line: at + 1, isGroup: isGroup(line, Group.schema), resource: () => readJson(Buffer.from(line)) }];
  });
  return {
    people: lines
      .filter((one) => !one.isGroup)
      .map(({ line, resource }) => ({ line, next: (before) => coerce(User, resource(), before) })),
    groups: lines.filter((one) => one.isGroup),
  };
};

/** Columns are paths of attributes; an empty cell says nothing of its attribute. */
const ofCsv = (type: ResourceType, text: string): readonly PersonRecord[] => {
  const { rows, broken } = readCsv(text);
  const [heading, ...people] = rows;
  const columns = heading?.cells ?? [];
  const records = people.map(({ line, cells }): PersonRecord => {
    const operations = columns.flatMap((path, at): readonly Operation[] => {
      const value = cells[at] ?? '';
      return value === '' ? [] : [{ op: 'replace', path, value }];
    });
    return {
      line,
      next(before) {
        if (cells.length > columns.length) throw badRequest('invalidSyntax', 'there are more cells than columns');
        return patched(type, before, operations);
      },
    };
  });
  if (broken === undefined) return records;
  const unreadable = (): never => {
    throw badRequest('invalidSyntax', 'the file cannot be read from here on: is a quote not closed?');
  };
  return [...records, { line: broken, next: unreadable }];
};

/** An object of JSON on each line, groups those that say so in `schemas`; or CSV of people, whose first line names attributes. */
export const recordsOf = (types: ResourceTypes, text: string): FileRecords => {
  const given = text.replace(/^\uFEFF/, '');
  if (given.trimStart().startsWith('{')) return ofJson(types, given);
  return { people: ofCsv(types.User, given), groups: [] };
};

import { readCsv } from '../../../src/kernel/csv.ts';
import { patched } from '../patch/attributes.ts';
import type { Operation } from '../patch/operation.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { coerce } from '../schema/coerce.ts';
import { badRequest } from '../schema/scim-error.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { readJson } from '../server/json.ts';

/** One person of a file. */
export interface PersonRecord {
  /** From 1. */
  readonly line: number;
  /** What they are to be, from what they are. Throws `ScimError`. */
  next(before: ScimAttributes): ScimAttributes;
}

const ofJson = (type: ResourceType, text: string): readonly PersonRecord[] =>
  text.split(/\r\n|\n/).flatMap((line, at) => {
    if (line.trim() === '') return [];
    return [{ line: at + 1, next: (before) => coerce(type, readJson(Buffer.from(line)), before) }];
  });

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

/** The people of a file: an object of JSON on each line, or CSV whose first line names attributes. */
export const recordsOf = (type: ResourceType, text: string): readonly PersonRecord[] => {
  const given = text.replace(/^\uFEFF/, '');
  return given.trimStart().startsWith('{') ? ofJson(type, given) : ofCsv(type, given);
};

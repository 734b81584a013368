import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Session } from '../../test/support/directories/common-work.ts';

/** A directory with as many people as are asked for. */
export interface LargeDirectory {
  /** Its section of the configuration. */
  readonly section: Readonly<Record<string, unknown>>;
  readonly during: Session;
  personDn(n: number): string;
  /** Lets the service account see who was deleted, where that is a right of its own. */
  readonly letSeeDeleted?: () => Promise<void>;
  end(): Promise<void>;
}

/** Everybody is in two groups, of a hundred each. */
const IN_EACH = 100;
const TIMES_IN = 2;

/** An entry as LDIF has it (RFC 2849). */
export const record = (lines: readonly string[]): string => `${lines.join('\n')}\n\n`;

/** What everybody has, whatever the server. */
export const attributesOf = (n: number): readonly string[] => [
  `cn: user${String(n)}`,
  `sn: Number ${String(n)}`,
  'givenName: User',
  `displayName: User Number ${String(n)}`,
  `mail: user${String(n)}@corp.example`,
  `mobile: +49 170 ${String(1_000_000 + n)}`,
  `telephoneNumber: +49 30 ${String(1_000_000 + n)}`,
  'title: Engineer',
];

/** Ten people report to each. */
export const managerOf = (n: number, personDn: (n: number) => string): readonly string[] =>
  n === 0 ? [] : [`manager: ${personDn(Math.floor(n / 10))}`];

const membersOf = (n: number, people: number, personDn: (n: number) => string): readonly string[] =>
  Array.from({ length: Math.min(IN_EACH, people) }, (_, at) => `member: ${personDn((n * 50 + at) % people)}`);

/** Entries of people and groups of one kind of server. */
export interface Entries {
  personDn(n: number): string;
  person(n: number): readonly string[];
  group(n: number): readonly string[];
}

function* ldif(people: number, { person, group, personDn }: Entries): Generator<string> {
  for (let n = 0; n < people; n += 1) yield record(person(n));
  for (let n = 0; n < (people * TIMES_IN) / IN_EACH; n += 1) {
    yield record([...group(n), ...membersOf(n, people, personDn)]);
  }
}

export const writeEntries = (file: string, people: number, entries: Entries): Promise<void> =>
  pipeline(ldif(people, entries), createWriteStream(file));

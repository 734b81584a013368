import type { Call, Host } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { Asker } from '../clients/client.ts';
import type { ResourceType } from '../schema/attribute.ts';
import type { ScimError } from '../schema/scim-error.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { segmentsOf } from '../server/target.ts';
import { differencesOf } from './difference.ts';
import type { AttributeChange } from './difference.ts';

export type Writing = 'create' | 'replace' | 'modify' | 'remove';

/** What one operation did to a resource. */
export interface Written {
  readonly type: ResourceType;
  readonly id: string;
  readonly how: Writing;
  readonly before: ScimAttributes;
  readonly after: ScimAttributes;
}

/** Characters of one attribute, and of all that one event tells: it is no second copy of the directory. */
const LONGEST_CHANGE = 600;
const LONGEST = 3800;

const shortened = (change: AttributeChange): unknown => {
  const text = JSON.stringify(change);
  return text.length <= LONGEST_CHANGE ? change : `${text.slice(0, LONGEST_CHANGE)}…`;
};

/** As many changes as there is room for, and how many more there were. */
const reasonOf = (changes: Readonly<Record<string, AttributeChange>>): string => {
  const entries = Object.entries(changes).map(([name, change]) => [name, shortened(change)] as const);
  let length = 0;
  const told = entries.filter((entry) => (length += JSON.stringify(entry).length) <= LONGEST);
  const more = entries.length - told.length;
  return JSON.stringify({ ...Object.fromEntries(told), ...(more > 0 && { '…': more }) });
};

/** The event of an operation, to be committed with it; none where nothing of the resource itself is another. */
export const written = (
  { audit }: Pick<Host, 'audit'>,
  { by }: Asker,
  { type, id, how, before, after }: Written,
): readonly Change[] => {
  const changes = differencesOf(type, before, after);
  if (Object.keys(changes).length === 0) return [];
  const reason = reasonOf(changes);
  return [audit.event({ ...by, type: 'scim.written', result: 'success', subject: id, method: how, reason })];
};

const HOW: Readonly<Record<string, Writing>> = { POST: 'create', PUT: 'replace', PATCH: 'modify', DELETE: 'remove' };

/** Notes that a client was refused something that it wanted to write. */
export type NoteRefusal = (call: Call, asker: Asker, fault: ScimError) => Promise<void>;

export const createNoteRefusal =
  ({ audit, store, log }: Pick<Host, 'audit' | 'store' | 'log'>): NoteRefusal =>
  async ({ method, path, correlation }, { by }, { status, scimType, detail }) => {
    const how = HOW[method];
    const [, id] = segmentsOf(path) ?? [];
    if (how === undefined || id === '.search' || path === '/.search' || status >= 500) return;
    const reason = [status, scimType, detail].filter((part) => part !== undefined).join(' ');
    const about = { ...(id !== undefined && { subject: id }), method: how, reason };
    try {
      await store.commit([audit.event({ ...by, type: 'scim.refused', result: 'refused', ...about })]);
    } catch (error) {
      // Whoever is refused is told so all the same.
      log.error({ correlation, error }, 'a refusal could not be written to the audit log');
    }
  };

import { present } from '../filter.ts';
import { answered } from './answered.ts';
import { element, elements, integer, Malformed, numberOf, octets, sequence, tagged, TAG, within } from './ber.ts';
import type { Element } from './ber.ts';
import type { Connection, Told } from './connection.ts';
import type { Entry } from './entry.ts';
import type { ContentSync, Controls, Synced, SyncTold } from './ldap.ts';
import type { Requests } from './requests.ts';

/** RFC 4533 section 2. */
export const SYNC_REQUEST = '1.3.6.1.4.1.4203.1.9.1.1';
const SYNC_STATE = '1.3.6.1.4.1.4203.1.9.1.2';
const SYNC_DONE = '1.3.6.1.4.1.4203.1.9.1.3';
const SYNC_INFO = '1.3.6.1.4.1.4203.1.9.1.4';

/** X.501 section 14.4.4, which OpenLDAP has. */
const HAS_SUBORDINATES = 'hasSubordinates';

const REFRESH_ONLY = 1;
const STATES: readonly SyncTold['kind'][] = ['present', 'changed', 'changed', 'deleted'];
const SYNC_ID_SET = 0xa3;
const UUID_BYTES = 16;

const uuidOf = (bytes: Buffer): string => {
  if (bytes.length !== UUID_BYTES) throw new Malformed('an entryUUID that is none');
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** A BOOLEAN that is left out where it is false. */
const flagIn = (parts: readonly Element[]): boolean => {
  const flag = parts.find(({ tag }) => tag === TAG.boolean);
  return flag !== undefined && flag.content[0] !== 0;
};

const entryTold = (entry: Entry, controls: Controls): SyncTold => {
  const value = controls.get(SYNC_STATE);
  if (!value) throw new Malformed('an entry without its state');
  const [state, id] = within(value);
  const kind = STATES[numberOf(tagged(state, TAG.enumerated))];
  if (!kind) throw new Malformed('a state that entries do not have');
  return { kind, ids: [uuidOf(tagged(id, TAG.octets))], hasSubordinates: entry.text(HAS_SUBORDINATES) === 'TRUE' };
};

/** Sets of ids; the rest of what servers say in between is for those that stay. */
const infoTold = (value: Buffer): SyncTold | undefined => {
  const [info] = elements(value);
  if (info?.tag !== SYNC_ID_SET) return undefined;
  const parts = elements(info.content);
  const ids = elements(tagged(parts.at(-1), TAG.set)).map((one) => uuidOf(tagged(one, TAG.octets)));
  return { kind: flagIn(parts) ? 'deleted' : 'present', ids, hasSubordinates: false };
};

const toldIn = (told: Told): SyncTold | undefined => {
  if (told.kind === 'entry') return entryTold(told.entry, told.controls);
  return told.name === SYNC_INFO && told.value ? infoTold(told.value) : undefined;
};

/** Throws `LdapFailure`, 4096 (e-syncRefreshRequired) where the server knows nothing of the cookie's state any more. */
export const contentSync = async (
  connection: Connection,
  requests: Requests,
  { base, cookie }: ContentSync,
  take: (told: SyncTold) => void,
): Promise<Synced> => {
  const value = sequence(integer(REFRESH_ONLY, TAG.enumerated), octets(cookie), element(TAG.boolean, Buffer.from([0])));
  const controls = [{ oid: SYNC_REQUEST, critical: true, value }];
  const request = requests.search({ base, filter: present('objectClass'), attributes: [HAS_SUBORDINATES], controls });
  const { result } = await answered(connection, request, [], (told) => {
    const ours = toldIn(told);
    if (ours) take(ours);
  });
  const done = result.controls.get(SYNC_DONE);
  return { byPresence: !(done && flagIn(within(done))) };
};

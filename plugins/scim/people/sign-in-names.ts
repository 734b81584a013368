import { fold } from '../../../src/kernel/text.ts';
import type { People, Person } from '../../../src/plugin.ts';
import { sourceOf } from '../clients/client.ts';
import type { Client } from '../clients/client.ts';
import { personPatch } from '../resource/person.ts';
import type { ResourceType } from '../schema/attribute.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { badUniqueness } from './refusals.ts';

/**
 * What is new of it must not be what somebody of another source signs in by: both would be found by it no more, or the
 * newer one before them. Throws `ScimError` 409 `uniqueness` (RFC 7644 section 3.3).
 *
 * @param before absent for somebody new
 */
export const mustBeFree = async (
  { keptNames }: Pick<People, 'keptNames'>,
  client: Client,
  type: ResourceType,
  before: Person | undefined,
  after: ScimAttributes,
): Promise<void> => {
  const { userName, emails = [] } = personPatch(type, after);
  const isNew = userName !== undefined && fold(userName) !== before?.userNameFolded;
  const had = new Set(before?.folded.emails?.map(({ value }) => value));
  const further = emails.map(({ value }) => fold(value)).filter((address) => !had.has(address));
  const kept = await keptNames({ ...(isNew && { userName }), further }, { source: sourceOf(client), id: before?.id });
  if (kept.length === 0) return;
  throw badUniqueness(isNew && kept.some(({ name }) => name === fold(userName)) ? 'userName' : 'emails');
};

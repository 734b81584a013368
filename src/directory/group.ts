import { z } from 'zod';
import { defineCollection } from '../store/port.ts';

const group = z.strictObject({
  id: z.string(),
  displayName: z.string().min(1).max(1024),
  displayNameFolded: z.string(),
  foldVersion: z.int(),
  externalId: z.string().max(1024).exactOptional(),
  /**
   * The folded name again, in groups made by operators only: unique among them, while provisioning sources may bring
   * several groups of one name.
   */
  localName: z.string().exactOptional(),
  source: z.string(),
  /** Source and external id, of which no two groups have the same. */
  externalKey: z.string().exactOptional(),
  createdAt: z.number(),
  updatedAt: z.number(),
});

export type Group = z.infer<typeof group>;

export const groups = defineCollection({
  name: 'groups',
  shape: group,
  indexes: {
    localName: { on: ['localName'], unique: true },
    displayName: { on: ['displayNameFolded'] },
    externalId: { on: ['externalId'] },
    externalKey: { on: ['externalKey'], unique: true },
  },
});

const membership = z.strictObject({
  id: z.string(),
  group: z.string(),
  member: z.string(),
  memberKind: z.enum(['person', 'group']),
  addedAt: z.number(),
});

export type Membership = z.infer<typeof membership>;

/** One row a member, so that adding one costs the same in a group of ten and of a hundred thousand. */
export const memberships = defineCollection({
  name: 'memberships',
  shape: membership,
  indexes: { group: { on: ['group'] }, member: { on: ['member'] } },
});

/** Ids have no colon (see `directoryId`), so two different pairs never share a row. */
export const membershipId = (group: string, member: string): string => `${group}:${member}`;

/** The group of a membership of which only this was read. */
export const groupIdOf = ({ id, member }: Pick<Membership, 'id' | 'member'>): string =>
  id.slice(0, id.length - member.length - 1);

/**
 * A single document whose version changes with every membership of a group in a group: two such changes at once
 * could close a cycle that neither of them sees.
 */
export const groupNesting = defineCollection({
  name: 'groupNesting',
  shape: z.strictObject({ id: z.string(), changes: z.int() }),
});

export const NESTING_ID = 'nesting';

import { z } from 'zod';
import { defineCollection } from '../../../src/store/port.ts';

const outcome = z.strictObject({
  at: z.number(),
  kind: z.enum(['full', 'delta']),
  /** Entries that were read. */
  read: z.int(),
  created: z.int(),
  updated: z.int(),
  linked: z.int(),
  disabled: z.int(),
  gone: z.int(),
  groups: z.int(),
  /** Rows of memberships that were added or taken away. */
  members: z.int(),
  /** Milliseconds. */
  took: z.number(),
});

/** Why everybody had to be listed to find out who is gone. */
export const listingReasons = [
  /** The server has nothing by which it would tell. */
  'not_offered',
  /** Of Active Directory: it does not show its deleted entries to the service account. */
  'deleted_hidden',
  /** It does not say which state its content is in. */
  'state_hidden',
  /** It does not know the state any more that is here, or never had it; so it is at first. */
  'state_unknown',
  /** It tells entries by another id than the one that people have here. */
  'other_id',
  /** Who is a person is a matter of groups, whose members do not change when they come and go. */
  'by_groups',
  /** An entry changed that has others below it, which may have moved along. */
  'branch_changed',
  'too_many',
] as const;

/** How far each directory was imported, and who is at it. */
export const directoryImports = defineCollection({
  name: 'directoryImports',
  shape: z.strictObject({
    /** Name of the directory. */
    id: z.string(),
    /** Until when some node is at it; each of its commits moves this on, and nobody else's passes meanwhile. */
    heldUntil: z.number(),
    dueAt: z.number(),
    /** All that a server had up to its mark is here: uSNChanged by invocation, elsewhere a modifyTimestamp. */
    marks: z.array(z.strictObject({ server: z.string(), mark: z.string() })).max(50),
    fullAt: z.number().exactOptional(),
    last: outcome.exactOptional(),
    /** The last one that read what changed listed everybody to find out who is gone. */
    listed: z.strictObject({ why: z.enum(listingReasons), since: z.number() }).exactOptional(),
    /** Why the last one came to nothing; absent when it did not. */
    failure: z.strictObject({ at: z.number(), about: z.string() }).exactOptional(),
    /** It would have lost too many, and did nothing about them. */
    stopped: z
      .strictObject({ at: z.number(), of: z.enum(['people', 'groups']), losses: z.int(), among: z.int() })
      .exactOptional(),
  }),
});

export type DirectoryImport = z.infer<typeof directoryImports.shape>;
export type ListingReason = (typeof listingReasons)[number];
export type ImportOutcome = z.infer<typeof outcome>;

/** Which entry of which directory a group is. */
export const directoryGroups = defineCollection({
  name: 'directoryGroups',
  shape: z.strictObject({
    /** Of the group. */
    id: z.string(),
    directory: z.string(),
    entry: z.string(),
    entryKey: z.string(),
    dn: z.string(),
    dnKey: z.string(),
    /** `${directory}:` and the last number of its objectSid, by which people name their primary group. */
    ridKey: z.string().exactOptional(),
  }),
  indexes: {
    entry: { on: ['entryKey'], unique: true },
    directory: { on: ['directory', 'id'] },
    dn: { on: ['dnKey'] },
    rid: { on: ['ridKey'] },
  },
});

export type DirectoryGroup = z.infer<typeof directoryGroups.shape>;

export const conflictReasons = [
  'no_user_name',
  'invalid',
  'user_name_taken',
  'address_taken',
  'link_ambiguous',
  'link_taken',
  'link_administrator',
  'link_service',
  'not_written',
] as const;

/** Entries that could not become, or stay, somebody here, and why: tried again at every import. */
export const directoryConflicts = defineCollection({
  name: 'directoryConflicts',
  shape: z.strictObject({
    /** `${directory}:${entry}` */
    id: z.string(),
    directory: z.string(),
    entry: z.string(),
    dn: z.string(),
    reason: z.enum(conflictReasons),
    /** What is in the way: a user name, the value of an attribute. */
    about: z.string(),
    /** Whose it is. */
    person: z.string().exactOptional(),
    since: z.number(),
  }),
  indexes: { directory: { on: ['directory', 'id'] } },
});

export type DirectoryConflict = z.infer<typeof directoryConflicts.shape>;
export type ConflictReason = DirectoryConflict['reason'];

export const importCollections = [directoryImports, directoryGroups, directoryConflicts];

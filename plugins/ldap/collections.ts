import { z } from 'zod';
import { defineCollection } from '../../src/store/port.ts';

/** A hash of a password, good until a time or until the entry's stamp is another one. */
const judge = z.strictObject({
  /** argon2id. */
  hash: z.string(),
  /** Epoch milliseconds. */
  until: z.number(),
  /** Stamp that the entry had with this password; absent where the directory keeps none. */
  stamp: z.string().exactOptional(),
});

/** Which entry of which directory somebody is. Made and moved by imports; what concerns passwords by the authority. */
export const directoryLinks = defineCollection({
  name: 'directoryLinks',
  shape: z.strictObject({
    /** Of the person. */
    id: z.string(),
    /** Name of the directory, as configured. */
    directory: z.string(),
    /** objectGUID, entryUUID or nsUniqueId in its usual form, in lower case: it stays through renames and moves. */
    entry: z.string(),
    /** `${directory}:${entry}`: no entry is two people. */
    entryKey: z.string(),
    /** Where the entry was seen last; it may have moved since. */
    dn: z.string(),
    /** `${directory}:` and the same in one spelling (`import/dn-key.ts`), by which members of groups are found. */
    dnKey: z.string().exactOptional(),
    /** The directory has switched the account off. */
    inactive: z.literal(true).exactOptional(),
    /** An import has switched the person off, and so may switch them on again: whom others switched off stays off. */
    off: z.literal(true).exactOptional(),
    /** Since when the directory has no such entry where people are (epoch milliseconds); it may come back. */
    goneAt: z.number().exactOptional(),
    /** pwdLastSet or pwdChangedTime, as the directory has it: another one means another password. */
    passwordStamp: z.string().exactOptional(),
    /** The stamp before that one, which servers go on showing that have not heard of the change yet. */
    stampBefore: z.string().exactOptional(),
    /** The password that was written last, while the directory may take the one before as well. */
    fresh: judge.exactOptional(),
    /** The password that was right last, for sign-ins while no server answers; kept only where the operator asked. */
    cached: judge.exactOptional(),
    seenAt: z.number(),
  }),
  indexes: {
    entry: { on: ['entryKey'], unique: true },
    directory: { on: ['directory', 'id'] },
    dn: { on: ['dnKey'] },
    gone: { on: ['goneAt'] },
  },
});

export type DirectoryLink = z.infer<typeof directoryLinks.shape>;

export const entryKeyOf = (directory: string, entry: string): string => `${directory}:${entry}`;

/**
 * Something that is about to be written to a directory, or was: it goes in the commit that belongs to the write. One
 * that is left tells that a process died, or lost the server, in between.
 */
const intent = {
  /** Of the person: one of a kind at a time. */
  id: z.string(),
  directory: z.string(),
  /** The server that was written to. */
  server: z.strictObject({
    url: z.string(),
    host: z.string(),
    port: z.int(),
    security: z.enum(['tls', 'starttls', 'none']),
  }),
  /** The server took it. */
  written: z.boolean(),
  /** From then on nobody is at work on it any more (epoch milliseconds). */
  dueAt: z.number(),
};

/** A password that is written. */
export const writebacks = defineCollection({
  name: 'writebacks',
  shape: z.strictObject({
    ...intent,
    /** Stamp of the entry before. */
    stamp: z.string().exactOptional(),
    /** argon2id of the new password. */
    hash: z.string(),
    /** When it was begun by the server's own clock (epoch milliseconds), where the directory takes the password before. */
    since: z.number().exactOptional(),
    /** Stamp of the entry after that, where the directory goes on taking the password before. */
    left: z.string().exactOptional(),
    /** Object identifier of the control that it was written with, for the log. */
    control: z.string().exactOptional(),
  }),
  indexes: { due: { on: ['dueAt'] } },
});

export type Writeback = z.infer<typeof writebacks.shape>;

/** A lock that is ended. */
export const unlockings = defineCollection({
  name: 'unlockings',
  shape: z.strictObject(intent),
  indexes: { due: { on: ['dueAt'] } },
});

export type Unlocking = z.infer<typeof unlockings.shape>;

/** What all that is written to a directory has in common. */
export type Intent = Unlocking;

/** Wrong passwords that a directory was asked about, counted so that it never locks an account because of us. */
export const bindCounts = defineCollection({
  name: 'bindCounts',
  shape: z.strictObject({
    /** Directory and person, or a keyed hash of a typed name that nobody bears. */
    id: z.string(),
    /** Binds that were wrong, or are under way. */
    tries: z.int(),
    /** Those of them that came from browsers in which the person never signed in. */
    strange: z.int(),
    /** Keyed hashes of the last wrong passwords: they are wrong still, while the stamp is this one. */
    wrong: z.array(z.string()),
    stamp: z.string().exactOptional(),
    /** When the directory's window has ended (epoch milliseconds). */
    until: z.number(),
  }),
  expiry: 'until',
});

export type BindCount = z.infer<typeof bindCounts.shape>;

import { z } from 'zod';
import { defineCollection } from '../store/port.ts';

const text = z.string().max(1024);
const optional = text.exactOptional();
const flag = z.boolean().exactOptional();

/** Most elements of a multi-valued attribute: what one person needs, not what a broken client may send. */
const MOST_VALUES = 100;

const values = <S extends z.ZodType>(element: S) => z.array(element).max(MOST_VALUES).exactOptional();

/** A multi-valued attribute's element (RFC 7643 section 2.4). */
const plural = { value: text, type: optional, display: optional, primary: flag };

/** Time (epoch milliseconds) at which its owner proved to hold exactly this value; never taken from outside. */
const verifiedAt = z.number().exactOptional();

const email = z.strictObject({ ...plural, verifiedAt });
const phoneNumber = z.strictObject({ ...plural, verifiedAt });

const address = z.strictObject({
  formatted: optional,
  streetAddress: optional,
  locality: optional,
  region: optional,
  postalCode: optional,
  country: optional,
  type: optional,
  primary: flag,
});

const name = z.strictObject({
  formatted: optional,
  familyName: optional,
  givenName: optional,
  middleName: optional,
  honorificPrefix: optional,
  honorificSuffix: optional,
});

const simple = z.union([text, z.number(), z.boolean()]);
const structure = z.record(z.string(), simple);
const anything = z.union([simple, structure, z.array(z.union([simple, structure])).max(MOST_VALUES)]);

/** Attributes of SCIM's core User (RFC 7643 section 4.1) and enterprise extension (section 4.3), by their names. */
const scim = {
  userName: text.min(1),
  externalId: optional,
  name: name.exactOptional(),
  displayName: optional,
  nickName: optional,
  profileUrl: optional,
  title: optional,
  userType: optional,
  preferredLanguage: optional,
  locale: optional,
  timezone: optional,
  active: z.boolean(),
  emails: values(email),
  phoneNumbers: values(phoneNumber),
  ims: values(z.strictObject(plural)),
  photos: values(z.strictObject(plural)),
  addresses: values(address),
  entitlements: values(z.strictObject(plural)),
  roles: values(z.strictObject(plural)),
  employeeNumber: optional,
  costCenter: optional,
  organization: optional,
  division: optional,
  department: optional,
  manager: z.strictObject({ value: text, displayName: optional }).exactOptional(),
  /** Attributes of the operator's own schemas, by the schema's short name. */
  extensions: z.record(z.string(), z.record(z.string(), anything)).exactOptional(),
};

/** Attributes that are one text, compared without regard to case. */
export const foldedNames = [
  'displayName',
  'nickName',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
  'employeeNumber',
  'costCenter',
  'organization',
  'division',
  'department',
] as const;

/** Attributes of every installation that rules may go by, beside groups. */
export const ruledNames = ['userType', 'title', 'department', 'division', 'organization', 'costCenter'] as const;

/** Folding may make a text longer than it was. */
const foldedText = z.string().exactOptional();
const foldedTexts = <K extends string>(names: readonly K[]) =>
  Object.fromEntries(names.map((name) => [name, foldedText])) as Record<K, typeof foldedText>;
const keysOf = <K extends string>(shape: Readonly<Record<K, unknown>>) => Object.keys(shape) as K[];
const foldedElements = values(
  z.strictObject({ value: z.string(), type: foldedText, display: foldedText, primary: flag }),
);

/**
 * Copies of what is compared without regard to case (RFC 7643 section 2.2), which the store cannot fold by itself. Lists
 * are copied whole, so that conditions on one and the same element find all of it.
 */
const folded = z.strictObject({
  ...foldedTexts(foldedNames),
  name: z.strictObject(foldedTexts(keysOf(name.shape))).exactOptional(),
  emails: foldedElements,
  phoneNumbers: foldedElements,
  ims: foldedElements,
  photos: foldedElements,
  addresses: values(z.strictObject({ ...foldedTexts(keysOf(address.shape)), primary: flag })),
  entitlements: foldedElements,
  roles: foldedElements,
  manager: z.strictObject({ displayName: foldedText }).exactOptional(),
  extensions: z.record(z.string(), z.record(z.string(), z.unknown())).exactOptional(),
  /** The primary value of a list, else its first: what people are ordered by (RFC 7644 section 3.4.2.3). */
  leading: z.record(z.string(), z.string()),
});

const shape = z.strictObject({
  id: z.string(),
  ...scim,
  /** Folded copy that look-up and uniqueness go by; `foldVersion` says which fold made it. */
  userNameFolded: text,
  foldVersion: z.int(),
  folded,
  kind: z.enum(['person', 'service']),
  /** Who verifies and sets the password: `local`, or the name of a directory. */
  authority: z.string(),
  /** Further names to sign in with, folded, such as a user principal name. One that several have finds nobody. */
  otherNames: z.array(text).max(MOST_VALUES).exactOptional(),
  /** Of those and of the addresses, folded: what is somebody else's name to sign in with, and finds nobody here. */
  yieldedNames: z.array(text).max(MOST_VALUES).exactOptional(),
  /** Ours, unlike SCIM's `roles`: what provisioning writes must not make an administrator. */
  adminRoles: z.array(z.string()).max(MOST_VALUES),
  /** Rises when everything signed in so far must end. */
  epoch: z.int().min(1),
  /** What created the record: `local`, or the name of a provisioning source. */
  source: z.string(),
  /** Attributes that another source than this writes of this person. */
  attributeSources: z
    .array(z.strictObject({ attribute: text, source: text }))
    .max(MOST_VALUES)
    .exactOptional(),
  createdAt: z.number(),
  updatedAt: z.number(),
});

export type Person = z.infer<typeof shape>;

export const people = defineCollection({
  name: 'people',
  shape,
  indexes: {
    userName: { on: ['userNameFolded'], unique: true },
    mail: { on: ['folded.emails.value'] },
    otherNames: { on: ['otherNames'] },
    externalId: { on: ['externalId'] },
    employeeNumber: { on: ['folded.employeeNumber'] },
    adminRoles: { on: ['adminRoles'] },
    kind: { on: ['kind', 'active'] },
  },
});

/** Ids of deleted people and groups, kept for ever: a `sub` is never given again (OIDC Core section 5.7). */
export const tombstones = defineCollection({
  name: 'tombstones',
  shape: z.strictObject({
    id: z.string(),
    deletedAt: z.number(),
    /** Set until the memberships have been taken away. */
    sweepAt: z.number().exactOptional(),
  }),
  indexes: { sweepAt: { on: ['sweepAt'] } },
});

export type Tombstone = z.infer<typeof tombstones.shape>;

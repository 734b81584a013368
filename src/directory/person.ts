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

const email = z.strictObject({ ...plural, folded: text, verifiedAt });
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
};

const shape = z.strictObject({
  id: z.string(),
  ...scim,
  /** Folded copy that look-up and uniqueness go by; `foldVersion` says which fold made it. */
  userNameFolded: text,
  foldVersion: z.int(),
  kind: z.enum(['person', 'service']),
  /** Who verifies and sets the password: `local`, or the name of a directory. */
  authority: z.string(),
  /** Ours, unlike SCIM's `roles`: what provisioning writes must not make an administrator. */
  adminRoles: z.array(z.string()).max(MOST_VALUES),
  /** Rises when everything signed in so far must end. */
  epoch: z.int().min(1),
  /** What created the record: `local`, or the name of a provisioning source. */
  source: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
});

export type Person = z.infer<typeof shape>;

export const people = defineCollection({
  name: 'people',
  shape,
  indexes: {
    userName: { on: ['userNameFolded'], unique: true },
    mail: { on: ['emails.folded'] },
    externalId: { on: ['externalId'] },
    adminRoles: { on: ['adminRoles'] },
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

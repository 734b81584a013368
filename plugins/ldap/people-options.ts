import { z } from 'zod';
import { duration } from '../../src/plugin.ts';

const attribute = (meaning: string) =>
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'the name of an attribute')
    .exactOptional()
    .describe(meaning);

const filter = (meaning: string) => z.string().min(1).max(8192).exactOptional().describe(meaning);

export const peopleOptions = z
  .strictObject({
    base: z
      .string()
      .min(1)
      .exactOptional()
      .describe('DN below which people are; the base of the directory unless set.'),
    filter: filter(
      'Which entries are people (RFC 4515). Users that are no computers in Active Directory, else `(objectClass=inetOrgPerson)`.',
    ),
    attributes: z
      .strictObject({
        id: attribute(
          'What stays the same through renames and moves: `objectGUID` in Active Directory, `entryUUID` in OpenLDAP, `nsUniqueId` in 389 DS.',
        ),
        userName: attribute('Name to sign in with: `sAMAccountName` in Active Directory, else `uid`.'),
        principalName: attribute('Another name to sign in with: `userPrincipalName` in Active Directory, else none.'),
        givenName: attribute('`givenName` unless set.'),
        familyName: attribute('`sn` unless set.'),
        displayName: attribute('`displayName` unless set.'),
        mail: attribute('Mail address: `mail` unless set.'),
        mobile: attribute('Mobile number: `mobile` unless set.'),
        telephone: attribute('Other telephone number: `telephoneNumber` unless set.'),
        employeeNumber: attribute('`employeeID` in Active Directory, else `employeeNumber`.'),
        department: attribute('`department` in Active Directory, else `departmentNumber`.'),
        title: attribute('`title` unless set.'),
        preferredLanguage: attribute('`preferredLanguage` unless set.'),
        moreMail: attribute('Further mail addresses: `proxyAddresses` in Active Directory, else none.'),
        manager: attribute('DN of whom they report to: `manager` unless set.'),
      })
      .prefault({})
      .describe('Attributes of the directory that ours are taken from.'),
  })
  .prefault({})
  .describe('Whom the directory has.');

export const groupsOptions = z
  .strictObject({
    base: z
      .string()
      .min(1)
      .exactOptional()
      .describe('DN below which groups are; the base of the directory unless set.'),
    filter: filter(
      'Which entries are groups (RFC 4515). `(objectClass=group)` in Active Directory, else `(objectClass=groupOfNames)`.',
    ),
    name: attribute('Attribute that names a group: `cn` unless set.'),
    member: attribute('Attribute that lists its members by their DN: `member` unless set.'),
    nested: z
      .boolean()
      .default(true)
      .describe('Whether members of a group in a group are members of the outer one too.'),
  })
  .prefault({})
  .describe('Groups of the directory.');

export const matchOptions = z
  .strictObject({
    domains: z
      .array(z.hostname())
      .min(1)
      .exactOptional()
      .describe('Domains of the user principal name or the mail address.'),
    groups: z.array(z.string().min(1)).min(1).exactOptional().describe('DNs of groups, one of which they are in.'),
    attribute: z
      .strictObject({
        name: z.string().min(1).describe('An attribute of the directory.'),
        values: z.array(z.string().min(1)).min(1).describe('One of these is its value.'),
      })
      .exactOptional()
      .describe('What an attribute has to say.'),
  })
  .prefault({})
  .describe(
    'Which people of it belong here, where directories overlap: all that is set must fit. Everybody that the filter finds when nothing is.',
  );

export const importOptions = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether people and groups are fetched at all; otherwise only those have passwords there who are linked already.',
      ),
    create: z
      .boolean()
      .default(true)
      .describe(
        'Whether entries become people and groups here. Otherwise people come from elsewhere, such as SCIM, and `linkBy` tells which entry has their password.',
      ),
    every: duration('15m').describe('How often changes are fetched.'),
    full: duration('1d').describe('How often everything is read anew, which also finds what changes did not tell.'),
    keepDeleted: duration('30d').describe(
      'How long somebody whom the directory has no longer is kept here, unable to sign in, to be the same person again if their entry comes back; then they are deleted. At once when another entry has their user name.',
    ),
    mostLost: z
      .int()
      .min(0)
      .max(100)
      .default(10)
      .describe(
        'Percent of the people (or groups) of a directory that one import may lose or switch off; 20 of them are always few enough, and an answer with nobody in it is never believed. What would lose more is stopped and reported, until somebody says that it is right.',
      ),
  })
  .prefault({})
  .describe('How people and groups come here.');

/** Attributes of ours that may tell who is the same. */
export const linkAttributes = ['userName', 'mail', 'externalId', 'employeeNumber'] as const;

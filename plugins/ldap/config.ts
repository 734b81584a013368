import { z } from 'zod';
import { secret } from '../../src/plugin.ts';
import type { Installation, OptionFault } from '../../src/plugin.ts';
import { withDialect } from './dialect-defaults.ts';
import { connectionOptions } from './connection-options.ts';
import { optionFaults } from './option-faults.ts';
import { groupsOptions, importOptions, linkAttributes, matchOptions, peopleOptions } from './people-options.ts';
import { cachedVerifierOptions, writebackOptions } from './password-options.ts';

export const dialects = ['active-directory', 'openldap', 'ds389'] as const;
export type Dialect = (typeof dialects)[number];

/** Names an authority, as `local` does: that one is taken. */
const directoryName = z
  .string()
  .regex(/^(?!local$)[a-z][a-z0-9-]{0,39}$/, 'a name of a-z, 0-9 and -, other than `local`');

const directory = z
  .strictObject({
    dialect: z
      .enum(dialects)
      .describe('What kind of directory it is; a Samba domain is `active-directory`, 389 DS and its kin `ds389`.'),
    ...connectionOptions,
    bindDn: z
      .string()
      .min(1)
      .describe('Service account, by its DN (or `name@domain` in Active Directory). Never an administrator.'),
    bindPassword: secret().describe('Its password.'),
    base: z.string().min(1).describe('DN below which everything is looked for.'),
    people: peopleOptions,
    groups: groupsOptions,
    match: matchOptions,
    import: importOptions,
    linkBy: z
      .enum(linkAttributes)
      .exactOptional()
      .describe(
        'Attribute by which somebody of the directory is the same as somebody who came by provisioning; nobody is linked unless set, and whoever fits several is listed instead.',
      ),
    linkAdministrators: z
      .boolean()
      .default(false)
      .describe('Whether `linkBy` may hand the password of an administrator of this server to the directory.'),
    writeback: writebackOptions,
    cachedVerifier: cachedVerifierOptions,
  })
  .superRefine((value, context) => {
    for (const { path, message } of optionFaults(value)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .transform(withDialect);

export const ldapConfig = z
  .strictObject({
    directories: z
      .record(directoryName, directory)
      .default({})
      .describe('Directories that hold passwords, by names of your own; people are stored with that name for ever.'),
  })
  .prefault({})
  .describe('Active Directory and other directories: their people, their passwords.');

export type LdapConfig = z.output<typeof ldapConfig>;

/** One directory, with everything that its dialect decides filled in. Times are milliseconds. */
export type DirectoryConfig = LdapConfig['directories'][string];

/** Passwords in the clear are for trying out only. */
export const ldapFaults = ({ directories }: LdapConfig, { profile }: Installation): readonly OptionFault[] =>
  Object.entries(directories)
    .filter(([, { plain }]) => plain === true && profile !== 'development')
    .map(([name]) => ({
      path: ['directories', name, 'plain'],
      message: 'must be left out of production: passwords would be in the clear; use ldaps:// or ldap:// with StartTLS',
    }));

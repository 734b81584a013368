import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContribution } from '../../../src/plugin.ts';
import type { LdapConfig } from '../config.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { LdapOpened } from '../index.ts';
import { recipeText } from './rights/given.ts';
import { granteeOf } from './rights/grantee.ts';
import { recipesFor } from './rights/recipes.ts';
import { tryRights } from './rights/trying.ts';
import type { Trial } from './rights/trying.ts';
import { directoryOf } from './which-directory.ts';

const rowsOf = (trials: readonly Trial[]): readonly (readonly string[])[] => [
  ['THE SERVICE ACCOUNT CAN', '', ''],
  ...trials.map(({ right, works, said = '' }) => [right, works ? 'yes' : 'NO', said]),
];

/** `latchkey writeback setup`: how to give the service account its rights, and whether it has them. */
export const writebackSetup: CommandContribution<LdapConfig, LdapOpened> = {
  name: 'writeback setup',
  description: 'print what gives the service account of a directory only the rights that resets need',
  arguments: [{ name: 'directory', description: 'its name in the configuration', optional: true }],
  options: [
    {
      flags: '--try <dn>',
      description: 'prove the rights on an account that nobody needs, given by its DN; its password is lost',
    },
  ],
  async run({ host, opened, options, arguments: { directory: name } }) {
    const directory = directoryOf(opened, name);
    const dn = options['try'];
    if (typeof dn !== 'string') {
      const recipes = recipesFor[directory.config.dialect](await granteeOf(directory));
      const value = recipes.map(({ title, lines }) => ({ title, lines }));
      return { value: { directory: directory.name, recipes: value }, text: recipeText(recipes) };
    }
    try {
      const trials = await tryRights(host, directory, dn);
      const bad = trials.filter(({ works }) => !works).length;
      return {
        value: { directory: directory.name, trials },
        text: [rowsOf(trials), ...(trials[0]?.works ? ['its password is now one that nobody knows'] : [])],
        ...(bad === 0 ? {} : { failure: `${String(bad)} of ${String(trials.length)} are not as they should be` }),
      };
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      throw new AppError('unavailable', `${directory.name} does not do what it is asked: ${error.message}`, {
        cause: error,
      });
    }
  },
};

import type { Dialect } from '../../config.ts';
import { activeDirectoryRecipes } from './active-directory.ts';
import { ds389Recipes } from './ds389.ts';
import type { Grantee, Recipe } from './given.ts';
import { openldapRecipes } from './openldap.ts';

/** What gives a service account only the rights that resets need. */
export const recipesFor: Readonly<Record<Dialect, (grantee: Grantee) => readonly Recipe[]>> = {
  'active-directory': activeDirectoryRecipes,
  openldap: openldapRecipes,
  ds389: ds389Recipes,
};

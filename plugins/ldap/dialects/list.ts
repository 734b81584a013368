import type { Dialect as DialectName } from '../config.ts';
import { activeDirectory } from './active-directory.ts';
import type { Dialect } from './dialect.ts';
import { ds389 } from './ds389.ts';
import { openldap } from './openldap.ts';

export const dialectOf: Readonly<Record<DialectName, Dialect>> = {
  'active-directory': activeDirectory,
  openldap,
  ds389,
};

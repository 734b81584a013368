import type { Dialect as DialectName } from '../config.ts';
import { activeDirectory } from './active-directory.ts';
import type { Dialect } from './dialect.ts';

export const dialectOf: Readonly<Record<DialectName, Dialect>> = {
  'active-directory': activeDirectory,
  openldap: activeDirectory,
  ds389: activeDirectory,
};

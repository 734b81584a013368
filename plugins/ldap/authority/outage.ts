import type { LdapFailure } from '../connection/failure.ts';
import type { AuthorityParts } from './parts.ts';

/** Too many at once here is no fault of the directory's. */
export const logOutage = ({ name, log }: Pick<AuthorityParts, 'name' | 'log'>, error: LdapFailure): void => {
  if (error.code === 'busy') log.warn({ directory: name, error }, 'too many passwords are tried at once');
  else log.error({ directory: name, error }, 'a directory does not answer');
};

import type { LdapFailure } from '../../connection/failure.ts';
import type { WriteRefusal } from '../dialect.ts';

const REFERRAL = 10;
const CONSTRAINT_VIOLATION = 19;
const NO_SUCH_OBJECT = 32;
const INSUFFICIENT_ACCESS = 50;
const UNWILLING = 53;

/** System error codes that begin the text of a domain controller. */
const INVALID_PASSWORD = '00000056';
const PASSWORD_RESTRICTION = '0000052D';
/** A device attached to the system is not functioning: it wants an encrypted connection for passwords. */
const NOT_ENCRYPTED = '0000001F';

/** Samba says which rule it was; Windows keeps that to itself. */
const samba: readonly (readonly [RegExp, WriteRefusal])[] = [
  [/too short/i, 'too_short'],
  [/complexity/i, 'complexity'],
  [/already used|in history/i, 'history'],
  [/too young/i, 'too_young'],
];

export const writeRefusal = ({ code, diagnostic }: LdapFailure): WriteRefusal => {
  if (diagnostic.includes(INVALID_PASSWORD)) return 'wrong_password';
  if (diagnostic.toUpperCase().includes(PASSWORD_RESTRICTION)) {
    return samba.find(([words]) => words.test(diagnostic))?.[1] ?? 'policy';
  }
  switch (code) {
    case REFERRAL:
      return 'read_only';
    case CONSTRAINT_VIOLATION:
      return 'policy';
    case NO_SUCH_OBJECT:
      return 'not_found';
    case INSUFFICIENT_ACCESS:
      return 'no_permission';
    case UNWILLING:
      return diagnostic.toUpperCase().includes(NOT_ENCRYPTED) ? 'misconfigured' : 'read_only';
    default:
      return 'misconfigured';
  }
};

import { elements, Malformed, numberOf, within } from './ber.ts';
import type { Controls, RequestControl } from './ldap.ts';

const OID = '1.3.6.1.4.1.42.2.27.8.5.1';

/** Asks for what the policy says of a bind or a change (draft-behera-ldap-password-policy section 6.1). */
export const PASSWORD_POLICY: RequestControl = { oid: OID };

const errors = [
  'passwordExpired',
  'accountLocked',
  'changeAfterReset',
  'passwordModNotAllowed',
  'mustSupplyOldPassword',
  'insufficientPasswordQuality',
  'passwordTooShort',
  'passwordTooYoung',
  'passwordInHistory',
  'passwordTooLong',
] as const;

export type PasswordPolicyError = (typeof errors)[number];

/** What the directory's policy says (section 6.2 of the draft). Empty when it had nothing to say. */
export interface PasswordPolicyResponse {
  readonly error?: PasswordPolicyError;
  readonly secondsUntilExpiry?: number;
  /** Binds left with a password that has expired. */
  readonly graceBinds?: number;
}

const warning = (content: Buffer): PasswordPolicyResponse => {
  const [said] = elements(content);
  if (said?.tag === 0x80) return { secondsUntilExpiry: numberOf(said.content) };
  return said?.tag === 0x81 ? { graceBinds: numberOf(said.content) } : {};
};

const error = (content: Buffer): PasswordPolicyResponse => {
  const name = errors[numberOf(content)];
  return name === undefined ? {} : { error: name };
};

/** Nothing when the server did not answer the control, or not in its form. */
export const passwordPolicyOf = (controls: Controls): PasswordPolicyResponse | undefined => {
  const value = controls.get(OID);
  if (!value) return undefined;
  try {
    return Object.assign(
      {},
      ...within(value).map(({ tag, content }) => {
        if (tag === 0xa0) return warning(content);
        return tag === 0x81 ? error(content) : {};
      }),
    ) as PasswordPolicyResponse;
  } catch (fault) {
    if (fault instanceof Malformed) return undefined;
    throw fault;
  }
};

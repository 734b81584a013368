import { expect } from 'chai';
import { fromBase32 } from '../../plugins/sspr/otp/base32.ts';
import { oneTimePassword } from '../../plugins/sspr/otp/one-time-password.ts';
import type { Clock } from '../../src/kernel/clock.ts';

/** An authenticator app, as far as it shows codes. */
export interface CodeApp {
  /** The code of now, or of some steps before or after. */
  code(steps?: number): string;
}

/** Sets an app up by the link on a page (`otpauth://totp/…`), as an app would read it. */
export const codeApp = (link: string, clock: Clock): CodeApp => {
  const { protocol, host, searchParams } = new URL(link);
  expect(`${protocol}//${host}`).to.equal('otpauth://totp');
  const key = fromBase32(searchParams.get('secret') ?? '');
  if (!key) throw new Error('the link has no key');
  const period = Number(searchParams.get('period'));
  const digits = searchParams.get('digits') === '8' ? 8 : 6;
  const algorithm = ({ SHA1: 'SHA-1', SHA256: 'SHA-256', SHA512: 'SHA-512' } as const)[
    searchParams.get('algorithm') as 'SHA1' | 'SHA256' | 'SHA512'
  ];
  return {
    code: (steps = 0) => oneTimePassword(key, { algorithm, digits }, Math.floor(clock.now() / 1000 / period) + steps),
  };
};

/** The link in the text of a page. */
export const keyLinkIn = (body: string): string =>
  (/href="(otpauth:[^"]+)"/.exec(body)?.[1] ?? '').replaceAll('&amp;', '&');

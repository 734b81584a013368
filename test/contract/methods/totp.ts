import { totpMethod } from '../../../plugins/sspr/methods/totp.ts';
import { toBase32 } from '../../../plugins/sspr/otp/base32.ts';
import { openKey } from '../../../plugins/sspr/otp/keys.ts';
import { oneTimePassword } from '../../../plugins/sspr/otp/one-time-password.ts';
import type { Device } from '../../../plugins/sspr/otp/device.ts';
import type { MethodFixture } from '../method.ts';
import { ports, question } from './ports.ts';
import type { DataOf } from './ports.ts';

const PURPOSE = 'sspr totp key';

const deviceOf = (pending: Readonly<Record<string, string | number>>): Device =>
  JSON.parse(String(pending['device'])) as Device;

/** An authenticator app, its keys watched as they are made. */
export const totp = async (
  config: Partial<Parameters<typeof totpMethod>[0]> = {},
): Promise<MethodFixture<DataOf<ReturnType<typeof totpMethod>>>> => {
  const all = await ports();
  const keys: Buffer[] = [];
  const random = {
    ...all.random,
    bytes(length: number) {
      const bytes = all.random.bytes(length);
      // Shorter ones name documents.
      if (length >= 20) keys.push(bytes);
      return bytes;
    },
  };
  const method = totpMethod({ ...all, algorithm: 'SHA-1', digits: 6, period: 30, ...config, random });
  const shown = (device: Device, counter: number): string =>
    oneTimePassword(openKey(all.secrets, PURPOSE, device.secret), device, counter);
  return {
    method,
    enrolling: { name: 'phone' },
    nonsense: ['x'.repeat(10_000), '\u0000', 'phone\r\nBcc: x@example.test', '\ud800', '\u202e'],
    get secrets() {
      return keys.flatMap((key) => [toBase32(key), key.toString('hex'), key.toString('base64url')]);
    },
    question,
    confirming(pending) {
      const device = deviceOf(pending);
      return { code: shown(device, Math.floor(all.clock.now() / 1000 / (device.period ?? 30))) };
    },
    answer: ({ data }) => ({ code: shown(data, data.next) }),
    later: (milliseconds) => {
      all.clock.advance(milliseconds);
    },
  };
};

import { tokenMethod } from '../../../plugins/sspr/methods/token.ts';
import { auditEvents as ssprEvents } from '../../../plugins/sspr/audit-events.ts';
import type { Device } from '../../../plugins/sspr/otp/device.ts';
import { sealKey } from '../../../plugins/sspr/otp/keys.ts';
import { oneTimePassword } from '../../../plugins/sspr/otp/one-time-password.ts';
import { toBase32 } from '../../../plugins/sspr/otp/base32.ts';
import { TOKEN_KEY, tokens } from '../../../plugins/sspr/tokens/collection.ts';
import type { Token } from '../../../plugins/sspr/tokens/collection.ts';
import { createAudit } from '../../../src/audit/log.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { change } from '../../../src/store/port.ts';
import { rooms } from '../../support/rooms.ts';
import type { Rooms } from '../../support/rooms.ts';
import type { MethodFixture } from '../method.ts';
import { question } from './ports.ts';
import type { DataOf } from './ports.ts';

const KEY = Buffer.from('the key of this token, of 32 bytes'.slice(0, 32));

/** A token of Ann's, with what opens it. */
export const annsToken = async (
  { store, secrets, clock }: Rooms,
  device: Omit<Device, 'secret'>,
  serial = 'T-1',
): Promise<(counter: number) => string> => {
  const token: Token = {
    id: serial.toLowerCase(),
    serial,
    device: { ...device, secret: sealKey(secrets, TOKEN_KEY, KEY) },
    importedAt: clock.now(),
    assigned: { id: `assignment of ${serial}`, to: question.account.id, at: clock.now() },
  };
  await store.commit([change.insert(tokens, token)]);
  return (counter) => oneTimePassword(KEY, device, counter);
};

export const roomsOfTokens = (): Promise<Rooms> => rooms(undefined, [tokens]);

export const tokenIn = (all: Rooms) =>
  tokenMethod({
    ...all,
    random: systemRandom,
    audit: createAudit(ssprEvents, all.clock, systemRandom, all.secrets),
  });

/** A button that was pressed seven times before Ann got it. */
export const token = async (
  opened: Rooms[],
  device: Omit<Device, 'secret'> = { algorithm: 'SHA-256', digits: 8, next: 0, drift: 0 },
): Promise<MethodFixture<DataOf<ReturnType<typeof tokenMethod>>>> => {
  const all = await roomsOfTokens();
  opened.push(all);
  const code = await annsToken(all, device);
  return {
    method: tokenIn(all),
    enrolling: { serial: 'T-1' },
    secrets: [toBase32(KEY), KEY.toString('hex'), KEY.toString('base64url')],
    question,
    confirming: () => ({ code: code(7), following: code(8) }),
    // What registration changes beside the registration is committed by the flow, so the token is still where it was.
    answer: () => ({ code: code(9) }),
    later: (milliseconds) => {
      all.clock.advance(milliseconds);
    },
  };
};

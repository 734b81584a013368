import type { Secrets } from '../kernel/secrets.ts';
import type { PushSubscribing } from './message.ts';
import { readPushAddress, sealPushAddress } from './push-address.ts';
import type { PushKey } from './push-key.ts';
import type { PlaceOf } from './push-reach.ts';

/** Takes in where browsers want to be pushed to. */
export const pushSubscribing = (secrets: Secrets, { publicKey }: PushKey, placeOf: PlaceOf): PushSubscribing => ({
  key: publicKey,
  address(endpoint, p256dh, auth) {
    const address = readPushAddress({ endpoint, p256dh, auth });
    return address && placeOf(address.endpoint) ? sealPushAddress(secrets, address) : undefined;
  },
});

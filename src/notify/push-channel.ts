import { SECOND } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Attempt, Channel, Outgoing } from './channel.ts';
import { post } from './post.ts';
import type { PostReply } from './post.ts';
import { publicLookup } from './public-address.ts';
import { openPushAddress } from './push-address.ts';
import type { PushAddress } from './push-address.ts';
import type { PushKey } from './push-key.ts';
import type { PlaceOf } from './push-reach.ts';

export interface PushOptions {
  /** Where push services reach the operator (RFC 8292 section 2.1): `mailto:` or `https:`. */
  readonly subject: string;
  readonly key: PushKey;
  readonly placeOf: PlaceOf;
  /** PEM of the authority that signed the certificate of a push service that the operator named. */
  readonly ca?: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Milliseconds after which an attempt has failed. */
  readonly patience?: number;
}

const PATIENCE = 20 * SECOND;

/** Without an end of its own, a message is of use for an hour. */
const USUAL_LIFE = 3600;

/** RFC 8030 sections 7.3 and 8.2: the subscription is over, or never was. */
const GONE: readonly number[] = [404, 410];
const TOO_LARGE = 413;

const attemptOf = (reply: PostReply): Attempt => {
  if ('failure' in reply) {
    return { outcome: 'failed', cause: reply.failure, ...(reply.unsure ? { unsure: true } : {}) };
  }
  const { status } = reply;
  const cause = String(status);
  if (status >= 200 && status < 300) return { outcome: 'taken' };
  if (GONE.includes(status)) return { outcome: 'refused', cause, about: 'destination' };
  if (status === TOO_LARGE) return { outcome: 'refused', cause, about: 'message' };
  // Of our key, too often, or not now: an operator or time may mend it.
  return { outcome: 'failed', cause };
};

const requestFor = async (
  { subject, key, clock }: PushOptions,
  { endpoint, p256dh, auth }: PushAddress,
  { subject: title, text, locale, expiresAt }: Outgoing,
) => {
  const { default: webPush } = await import('web-push');
  // Seconds (RFC 8030 section 5.2); a service that cannot bring it by then drops it.
  const TTL = expiresAt === undefined ? USUAL_LIFE : Math.max(0, Math.floor((expiresAt - clock.now()) / SECOND));
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh, auth } },
    JSON.stringify({ title, body: text.trim(), lang: locale }),
    { TTL, urgency: 'high', vapidDetails: { subject, ...key } },
  );
  return { headers, body };
};

/**
 * Web push (RFC 8030), encrypted for the browser alone (RFC 8291) and signed for the push service (RFC 8292). What a
 * service worker gets is JSON: `title`, `body`, `lang`. The library is loaded by the first message.
 */
export const webPushChannel = (options: PushOptions): Channel => {
  const { placeOf, ca, secrets, patience = PATIENCE } = options;
  return {
    async send(outgoing) {
      const address = openPushAddress(secrets, outgoing.to);
      const place = placeOf(address.endpoint);
      // The operator may have changed their mind since the browser subscribed.
      if (!place) return { outcome: 'refused', cause: 'host', about: 'destination' };
      const { headers, body } = await requestFor(options, address, outgoing);
      const guard = place === 'service' ? { lookup: publicLookup } : {};
      return attemptOf(
        await post({
          url: new URL(address.endpoint),
          headers,
          body,
          patience,
          ...(ca === undefined || place === 'service' ? {} : { ca }),
          ...guard,
        }),
      );
    },
  };
};

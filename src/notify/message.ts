import type { Change } from '../store/port.ts';
import type { ChannelName } from './channel.ts';
import type { TelephoneNumber } from './phone-number.ts';

export interface Message {
  readonly channel: ChannelName;
  /**
   * A mail address, or an E.164 number; for a call also one with `;ext=` and the digits of an extension behind it. For a
   * push what {@link PushSubscribing} gave.
   */
  readonly to: string;
  /**
   * `<plugin>/<name>`: view `<channel>/<name>.text` of that plugin; for mail and push besides the subject
   * `<plugin>.<channel>.<name>.subject`, and for mail the view `mail/<name>.html`.
   */
  readonly template: string;
  readonly locale: string;
  readonly data: Readonly<Record<string, string | number>>;
  /** Live codes and links: sealed in the outbox, wiped on delivery and on expiry, never shown to operators. */
  readonly secret?: Readonly<Record<string, string>>;
  /** Epoch milliseconds after which the message is dropped unsent. */
  readonly expiresAt?: number;
  readonly accountId?: string;
  readonly correlation?: string;
}

/** What a browser needs to be pushed to, and what it gives for it. */
export interface PushSubscribing {
  /** The key to subscribe with (RFC 8292 section 3.2): a point of P-256 in base64url. */
  readonly key: string;
  /**
   * Seals what the browser gave (Push API section 8) into a `to`: nobody else can push to it, and operators do not read
   * it. Undefined where it is no subscription, or leads to no push service that may be asked.
   *
   * @param p256dh a point of P-256 in base64url
   * @param auth 16 bytes in base64url
   */
  address(endpoint: string, p256dh: string, auth: string): string | undefined;
}

export interface Notify {
  /** The change that puts a message into the outbox: commit it with the event that it tells of. */
  message(message: Message): Change;
  /** The ways to people that there are in this installation. */
  readonly channels: readonly ChannelName[];
  /** Absent where the operator lets nothing be pushed. */
  readonly push?: PushSubscribing;
  /**
   * The number that somebody typed, where it is one.
   *
   * @param country ISO 3166-1 alpha-2, for numbers without one
   */
  number(typed: string, country?: string): Promise<TelephoneNumber | undefined>;
  /** Whether the operator lets messages of this channel go there: not to every country, and never at a premium rate. */
  reaches(channel: ChannelName, to: string): Promise<boolean>;
}

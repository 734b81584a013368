import type { Change } from '../store/port.ts';
import type { ChannelName } from './channel.ts';
import type { TelephoneNumber } from './phone-number.ts';

export interface Message {
  readonly channel: ChannelName;
  /** A mail address, or an E.164 number; for a call also one with `;ext=` and the digits of an extension behind it. */
  readonly to: string;
  /**
   * `<plugin>/<name>`: view `<channel>/<name>.text` of that plugin; for mail besides the subject
   * `<plugin>.mail.<name>.subject` and the view `mail/<name>.html`.
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

export interface Notify {
  /** The change that puts a message into the outbox: commit it with the event that it tells of. */
  message(message: Message): Change;
  /** The ways to people that there are in this installation. */
  readonly channels: readonly ChannelName[];
  /**
   * The number that somebody typed, where it is one.
   *
   * @param country ISO 3166-1 alpha-2, for numbers without one
   */
  number(typed: string, country?: string): Promise<TelephoneNumber | undefined>;
  /** Whether the operator lets messages of this channel go there: not to every country, and never at a premium rate. */
  reaches(channel: ChannelName, to: string): Promise<boolean>;
}

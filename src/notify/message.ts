import type { Change } from '../store/port.ts';

export interface Message {
  readonly channel: 'mail' | 'sms';
  /** A mail address, or an E.164 number. */
  readonly to: string;
  /** `<plugin>/<name>`: subject `<plugin>.mail.<name>.subject`, views `mail/<name>.text` and `.html` of that plugin. */
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
}

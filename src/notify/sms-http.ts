import { SECOND } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import { askCarrier } from './carrier.ts';
import type { Carrier } from './carrier.ts';
import type { Channel } from './channel.ts';
import { readAnswer } from './twilio.ts';

export const SMS_STATUS = '/notify/sms/status';

export interface SmsHttpOptions {
  readonly carrier: Carrier;
  /** A number in E.164, a short code, a name of up to 11 characters, or the id of a messaging service (`MG…`). */
  readonly from: string;
  /** Without a trailing slash: where the carrier tells what became of a message. */
  readonly issuer: string;
  readonly clock: Clock;
}

const MADE = /^(SM|MM)[0-9a-zA-Z]{8,62}$/;

/** Longest time that the API keeps a message for: 10 hours. */
const LONGEST = 36_000;

/** The address that the carrier is told for receipts of a message. */
export const statusUrl = (issuer: string, path: string, id: string): string =>
  `${issuer}${path}?message=${encodeURIComponent(id)}`;

/** SMS over the REST interface of Twilio's Messages, which other carriers offer too. */
export const smsOverHttp = ({ carrier, from, issuer, clock }: SmsHttpOptions): Channel => ({
  async send({ id, to, text, expiresAt }) {
    const seconds = expiresAt === undefined ? LONGEST : Math.ceil((expiresAt - clock.now()) / SECOND);
    const reply = await askCarrier(carrier, `/2010-04-01/Accounts/${carrier.account}/Messages.json`, {
      To: to,
      ...(from.startsWith('MG') ? { MessagingServiceSid: from } : { From: from }),
      Body: text,
      StatusCallback: statusUrl(issuer, SMS_STATUS, id),
      // The carrier drops what it could not bring in time: a code that has expired helps nobody.
      ValidityPeriod: String(Math.min(Math.max(seconds, 1), LONGEST)),
    });
    return readAnswer(reply, MADE);
  },
});

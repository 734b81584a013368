import { MINUTE } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import { speechOf } from './calls.ts';
import type { Calls } from './calls.ts';
import { askCarrier } from './carrier.ts';
import type { Carrier } from './carrier.ts';
import type { Channel } from './channel.ts';
import { calledParty } from './destination.ts';
import { statusUrl } from './sms-http.ts';
import { readAnswer } from './twilio.ts';

export const VOICE = '/notify/voice';
export const VOICE_STATUS = '/notify/voice/status';

export interface VoiceHttpOptions {
  readonly carrier: Carrier;
  /** The number that calls, in E.164. */
  readonly from: string;
  /** Without a trailing slash: where the carrier asks what to say, and tells what became of a call. */
  readonly issuer: string;
  readonly clock: Clock;
  readonly calls: Calls;
}

const MADE = /^CA[0-9a-zA-Z]{8,62}$/;

/** A telephone rings for less, whatever the message would allow. */
const LONGEST = 5 * MINUTE;

/** Seconds until nobody will answer any more. */
const RINGING = '45';

/** Each `w` waits half a second: until the exchange that answered listens. */
const WAITING = 'wwww';

/** Calls over the REST interface of Twilio's Calls. The text waits here, sealed, until the carrier asks what to say. */
export const voiceOverHttp = ({ carrier, from, issuer, clock, calls }: VoiceHttpOptions): Channel => ({
  async send({ id, to, text, locale, expiresAt = Infinity }) {
    const token = await calls.prepare(id, speechOf(text, locale), Math.min(expiresAt, clock.now() + LONGEST));
    const { number, extension } = calledParty(to);
    const reply = await askCarrier(carrier, `/2010-04-01/Accounts/${carrier.account}/Calls.json`, {
      To: number,
      From: from,
      Url: `${issuer}${VOICE}/${token}`,
      Method: 'POST',
      StatusCallback: statusUrl(issuer, VOICE_STATUS, id),
      StatusCallbackMethod: 'POST',
      Timeout: RINGING,
      // A mailbox that anybody may listen to is no telephone in somebody's hand: it is told nothing. The exchange in
      // front of an extension is a machine as well, and has to be let through.
      ...(extension === undefined ? { MachineDetection: 'Enable' } : { SendDigits: `${WAITING}${extension}` }),
    });
    const attempt = readAnswer(reply, MADE);
    // Where the call may be on its way nevertheless, it shall have something to say.
    if (attempt.outcome !== 'taken' && !('unsure' in attempt)) await calls.forget(id);
    return attempt;
  },
});

import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { randomToken } from '../kernel/random.ts';
import type { Random } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { defineCollection } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { eq } from '../store/query.ts';

/** What a call says, from the moment the carrier is asked to call until it asks what to say. */
export const calls = defineCollection({
  name: 'calls',
  shape: z.strictObject({
    /** Keyed hash of what stands in the address. */
    id: z.string(),
    message: z.string(),
    /** JSON of the speech, sealed: there is a live code in it. */
    sealed: z.string(),
    until: z.number(),
  }),
  indexes: { message: { on: ['message'] } },
  expiry: 'until',
});

export interface Speech {
  /** BCP 47 tag with a region, as voices are named. */
  readonly language: string;
  /** Said one by one, with a pause behind each. */
  readonly say: readonly string[];
}

export interface Calls {
  /** Keeps a speech for one hearing; gives the 256 random bits that its address ends in. */
  prepare(message: string, speech: Speech, until: number): Promise<string>;
  /** The speech, to the first who asks; undefined for everybody after, after its time, and for a made-up token. */
  answer(token: string): Promise<Speech | undefined>;
  /** Forgets what the calls of a message would have said. */
  forget(message: string): Promise<void>;
}

const purpose = (id: string): string => `call ${id}`;

export const createCalls = (store: Store, clock: Clock, random: Random, secrets: Secrets): Calls => ({
  async prepare(message, speech, until) {
    const token = randomToken(random);
    const id = secrets.hash('call', token);
    await store.insert(calls, { id, message, sealed: secrets.seal(purpose(id), JSON.stringify(speech)), until });
    // The carrier may ask at once, another node than this one, and after a power cut.
    await store.durable();
    return token;
  },

  async answer(token) {
    const id = secrets.hash('call', token);
    const call = await store.take(calls, id);
    return call && clock.now() < call.until
      ? (JSON.parse(secrets.open(purpose(id), call.sealed)) as Speech)
      : undefined;
  },

  async forget(message) {
    await store.removeAll(calls, eq('message', message));
  },
});

/** A text said twice, line by line: who missed it, or had nothing to write, hears it once more. */
export const speechOf = (text: string, locale: string): Speech => {
  const { language, region = '' } = new Intl.Locale(locale).maximize();
  const lines = text.split('\n');
  return { language: region === '' ? language : `${language}-${region}`, say: [...lines, ...lines] };
};

const escapeXml = (text: string): string =>
  text
    // What XML 1.0 section 2.2 has no place for, in whatever spelling.
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** The speech as TwiML: https://www.twilio.com/docs/voice/twiml/say */
export const twiml = ({ language, say }: Speech): string => {
  const said = say.map((each) => `<Say language="${escapeXml(language)}">${escapeXml(each)}</Say>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${said.join('<Pause length="1"/>')}</Response>\n`;
};

/** What a call is told where there is nothing to say: it ends. */
export const HANG_UP = '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Hangup/></Response>\n';

import { z } from 'zod';
import type { Answer, Route, Visit } from '../http/route.ts';
import { HANG_UP, twiml } from './calls.ts';
import type { Calls } from './calls.ts';
import type { Receipts, Verdict } from './receipts.ts';
import { SMS_STATUS, statusUrl } from './sms-http.ts';
import { causeOf, isRefusal, isSigned } from './twilio.ts';
import { VOICE, VOICE_STATUS } from './voice-http.ts';

/** Carriers add fields as they please; all of them are signed. */
const fields = z.record(z.string(), z.string());

type Fields = z.infer<typeof fields>;

const NOTHING: Answer = { kind: 'document', type: 'text', body: '', status: 204 };
const FORGED: Answer = { kind: 'document', type: 'text', body: '', status: 403 };
const UNKNOWN: Answer = { kind: 'document', type: 'text', body: '', status: 404 };

const speak = (body: string): Answer => ({ kind: 'document', type: 'text/xml', body, status: 200 });

const signatureOf = ({ raw }: Visit<Fields>): string | undefined => {
  const value = raw.req.headers['x-twilio-signature'];
  return typeof value === 'string' ? value : undefined;
};

const fromCarrier = (path: string, handle: (visit: Visit<Fields>) => Promise<Answer>): Route<Fields> => ({
  method: 'POST',
  path,
  form: fields,
  caller: 'program',
  handle,
});

/** https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
const smsVerdict = ({ MessageStatus: status = '', ErrorCode: code }: Fields): Verdict | undefined => {
  if (status === 'delivered') return { outcome: 'arrived', cause: status };
  if (status !== 'undelivered' && status !== 'failed') return undefined;
  return { outcome: isRefusal(code) ? 'refused' : 'failed', cause: causeOf(code, status) };
};

/** SIP says of these that there is no such number (RFC 3261 sections 21.4.5, 21.4.10, 21.4.22 and 21.6.3). */
const NO_SUCH_NUMBER = ['404', '410', '484', '604'];

/** Asked for where no extension has to be reached: https://www.twilio.com/docs/voice/answering-machine-detection */
const isMachine = ({ AnsweredBy: by = '' }: Fields): boolean => by.startsWith('machine') || by === 'fax';

/** https://www.twilio.com/docs/voice/api/call-resource#statuscallback */
const callVerdict = (fields: Fields): Verdict | undefined => {
  const { CallStatus: status = '', SipResponseCode: sip = '', ErrorCode: code } = fields;
  if (status === 'completed' && isMachine(fields)) return { outcome: 'failed', cause: 'machine' };
  if (status === 'completed') return { outcome: 'arrived', cause: status };
  if (status === 'failed') {
    const refused = isRefusal(code) || NO_SUCH_NUMBER.includes(sip);
    return { outcome: refused ? 'refused' : 'failed', cause: causeOf(code, `failed ${sip}`.trim()) };
  }
  return ['busy', 'no-answer', 'canceled'].includes(status) ? { outcome: 'failed', cause: status } : undefined;
};

interface StatusOptions {
  readonly channel: 'sms' | 'voice';
  readonly path: string;
  readonly verdict: (fields: Fields) => Verdict | undefined;
  readonly ended?: (message: string) => Promise<void>;
}

export interface CallbackOptions {
  /** Without a trailing slash. */
  readonly issuer: string;
  readonly receipts: Receipts;
  /** What the carrier of each signs with; absent where it is none that calls back. */
  readonly smsToken?: string;
  readonly voiceToken?: string;
  readonly calls: Calls;
}

const statusRoute = (
  { issuer, receipts }: CallbackOptions,
  token: string,
  { channel, path, verdict, ended }: StatusOptions,
): Route<Fields> =>
  fromCarrier(path, async (visit) => {
    const { message = '' } = visit.query;
    if (!isSigned(token, statusUrl(issuer, path, message), visit.form, signatureOf(visit))) return FORGED;
    const said = verdict(visit.form);
    if (!said) return NOTHING;
    await ended?.(message);
    return (await receipts.about(channel, message, said)) ? NOTHING : UNKNOWN;
  });

const speechRoute = ({ issuer, calls }: CallbackOptions, token: string): Route<Fields> =>
  fromCarrier(`${VOICE}/:call`, async (visit) => {
    const { call = '' } = visit.params;
    // Before it is looked for: nobody but the carrier uses it up.
    if (!isSigned(token, `${issuer}${VOICE}/${call}`, visit.form, signatureOf(visit))) return FORGED;
    const speech = isMachine(visit.form) ? undefined : await calls.answer(call);
    return speak(speech ? twiml(speech) : HANG_UP);
  });

/** Where carriers tell what became of a message, and ask what to say in a call. */
export const callbackRoutes = (options: CallbackOptions): readonly Route[] => {
  const { smsToken, voiceToken, calls } = options;
  const sms: StatusOptions = { channel: 'sms', path: SMS_STATUS, verdict: smsVerdict };
  const voice: StatusOptions = {
    channel: 'voice',
    path: VOICE_STATUS,
    verdict: callVerdict,
    ended: (message) => calls.forget(message),
  };
  return [
    ...(smsToken === undefined ? [] : [statusRoute(options, smsToken, sms)]),
    ...(voiceToken === undefined ? [] : [statusRoute(options, voiceToken, voice), speechRoute(options, voiceToken)]),
  ];
};

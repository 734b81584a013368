import type { Verdict } from './receipts.ts';

export interface DeliveryReceipt {
  /** The centre's name for the message, as its answer to `submit_sm` had it. */
  readonly reference: string;
  readonly verdict: Verdict;
}

/** `message_state` of SMPP 3.4 section 5.2.28, by the words that receipts use for it (appendix B). */
const STATES: Readonly<Record<number, string>> = {
  2: 'DELIVRD',
  3: 'EXPIRED',
  4: 'DELETED',
  5: 'UNDELIV',
  7: 'UNKNOWN',
  8: 'REJECTD',
};

/**
 * Only what could not be delivered at all is about the number. What expired met a telephone that was off, and what was
 * rejected was rejected by a filter.
 */
const OUTCOMES: Readonly<Record<string, Verdict['outcome']>> = {
  DELIVRD: 'arrived',
  UNDELIV: 'refused',
  EXPIRED: 'failed',
  DELETED: 'failed',
  REJECTD: 'failed',
  UNKNOWN: 'failed',
};

/** A name that the store can look for; anything longer is no message of ours (section 5.2.23: 65 octets). */
const REFERENCE = /^[\x21-\x7e]{1,64}$/;

export const referenceOf = (value: unknown): string | undefined =>
  typeof value === 'string' && REFERENCE.test(value) ? value : undefined;

/** `esm_class` of a receipt (section 5.2.12): bits 5 to 2 are 0001. */
const isReceipt = (esmClass: unknown): boolean => (Number(esmClass) & 0x3c) === 0x04;

const textOf = (shortMessage: unknown): string => {
  const message: unknown =
    typeof shortMessage === 'object' && shortMessage !== null && 'message' in shortMessage
      ? shortMessage.message
      : shortMessage;
  if (Buffer.isBuffer(message)) return message.toString('latin1');
  return typeof message === 'string' ? message : '';
};

/** What a `deliver_sm` says of a message; undefined where it is no receipt, or says nothing final. */
export const readReceipt = (pdu: Readonly<Record<string, unknown>>): DeliveryReceipt | undefined => {
  if (!isReceipt(pdu['esm_class'])) return undefined;
  const text = textOf(pdu['short_message']);
  const field = (name: string): string | undefined => new RegExp(`\\b${name}:(\\S+)`, 'i').exec(text)?.[1];
  // The parameters of their own are exact; the text has the format of each centre's taste.
  const reference = referenceOf(pdu['receipted_message_id']) ?? referenceOf(field('id'));
  const state = STATES[Number(pdu['message_state'])] ?? field('stat')?.toUpperCase() ?? '';
  const outcome = OUTCOMES[state];
  if (reference === undefined || outcome === undefined) return undefined;
  const error = /^[0-9A-Za-z]{1,8}$/.exec(field('err') ?? '')?.[0];
  return { reference, verdict: { outcome, cause: error === undefined ? state : `${state} ${error}` } };
};

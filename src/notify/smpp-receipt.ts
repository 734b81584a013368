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

/** How a centre writes in receipts what its answer to a message called it: the same, or in the other base. */
export type ReceiptIds = 'same' | 'decimal' | 'hexadecimal';

const inBase = (digits: string, from: 10 | 16, to: 10 | 16): string | undefined => {
  if (!(from === 10 ? /^\d+$/ : /^[\da-f]+$/i).test(digits)) return undefined;
  return BigInt(from === 10 ? digits : `0x${digits}`).toString(to);
};

/** The name that receipts will have for a message which the answer called so. */
export const receiptName = (reference: string, ids: ReceiptIds): string => {
  if (ids === 'same') return reference;
  return (ids === 'decimal' ? inBase(reference, 16, 10) : inBase(reference, 10, 16)) ?? reference;
};

/** That name as a receipt has it: zeros in front and the case of digits are the centre's whim. */
export const receivedName = (reference: string, ids: ReceiptIds): string => {
  if (ids === 'same') return reference;
  return (ids === 'decimal' ? inBase(reference, 10, 10) : inBase(reference, 16, 16)) ?? reference;
};

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

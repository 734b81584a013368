import { SECOND } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Job } from '../kernel/schedule.ts';
import type { Attempt, Channel } from './channel.ts';
import { shortMessage } from './gsm.ts';
import type { Receipts } from './receipts.ts';
import { smppLink } from './smpp-link.ts';
import type { SmppReply, SmppServer } from './smpp-link.ts';
import { readReceipt, receiptName, receivedName, referenceOf } from './smpp-receipt.ts';
import type { ReceiptIds } from './smpp-receipt.ts';

export interface SmppOptions {
  readonly server: SmppServer;
  /** A number in E.164, a short code, or a name of up to 11 characters. */
  readonly from: string;
  readonly receiptIds: ReceiptIds;
  readonly clock: Clock;
  readonly log: Log;
  readonly receipts: Pick<Receipts, 'named'>;
  /** Awaited before the centre hears that a receipt was taken in. */
  durable(): Promise<void>;
}

export interface SmppChannel extends Channel {
  /** Keeps the session alive, so that receipts come in also while nothing is sent. */
  readonly job: Job;
  stop(): Promise<void>;
}

/** `command_status` (SMPP 3.4 section 5.1.3) that means the number: ESME_RINVDSTADR. */
const INVALID_DESTINATION = 0x0b;

/** ESME_RINVMSGLEN. Every other status is about our account, the centre's set-up or the hour. */
const INVALID_LENGTH = 0x01;

const attemptOf = (reply: SmppReply, ids: ReceiptIds): Attempt => {
  if ('failure' in reply) {
    return { outcome: 'failed', cause: reply.failure, ...(reply.unsure ? { unsure: true } : {}) };
  }
  const { command_status: status, message_id: id } = reply.pdu;
  const cause = `0x${status.toString(16).padStart(8, '0')}`;
  if (status === INVALID_DESTINATION) return { outcome: 'refused', cause, about: 'destination' };
  if (status === INVALID_LENGTH) return { outcome: 'refused', cause, about: 'message' };
  if (status !== 0) return { outcome: 'failed', cause };
  const reference = referenceOf(id);
  return { outcome: 'taken', ...(reference === undefined ? {} : { reference: receiptName(reference, ids) }) };
};

/** Type of number and numbering plan (sections 5.2.5 and 5.2.6): international, a name, or as the network reads it. */
const addressOf = (from: string) => {
  if (from.startsWith('+')) return { source_addr_ton: 1, source_addr_npi: 1, source_addr: from.slice(1) };
  const name = /\D/.test(from);
  return { source_addr_ton: name ? 5 : 0, source_addr_npi: name ? 0 : 1, source_addr: from };
};

const two = (value: number): string => String(value).padStart(2, '0');

/** Relative time (section 7.1.1): the centre drops what it could not bring by then. */
const validity = (milliseconds: number): string => {
  const seconds = Math.max(1, Math.ceil(milliseconds / SECOND));
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  const days = Math.min(Math.floor(hours / 24), 27);
  return `0000${two(days)}${two(hours % 24)}${two(minutes % 60)}${two(seconds % 60)}000R`;
};

const bodyOf = (text: string) => {
  const { coding, octets, parts } = shortMessage(text);
  // What takes more than one message is cut by the centre (section 5.3.2.32).
  return { data_coding: coding, ...(parts === 1 ? { short_message: octets } : { message_payload: octets }) };
};

/** SMS over SMPP 3.4 (https://smpp.org/SMPP_v3_4_Issue1_2.pdf). The library is loaded by the first message. */
export const smsOverSmpp = (options: SmppOptions): SmppChannel => {
  const { server, from, receiptIds, clock, log, receipts, durable } = options;
  const link = smppLink({
    server,
    clock,
    log,
    async incoming(pdu) {
      const receipt = readReceipt(pdu);
      if (!receipt) return;
      await receipts.named('sms', receivedName(receipt.reference, receiptIds), receipt.verdict);
      await durable();
    },
  });

  return {
    async send({ to, text, expiresAt }) {
      const reply = await link.submit({
        ...addressOf(from),
        dest_addr_ton: 1,
        dest_addr_npi: 1,
        destination_addr: to.slice(1),
        // Final outcome only (section 5.2.17).
        registered_delivery: 1,
        ...(expiresAt === undefined ? {} : { validity_period: validity(expiresAt - clock.now()) }),
        ...bodyOf(text),
      });
      return attemptOf(reply, receiptIds);
    },

    job: {
      name: 'notify.sms.link',
      every: 30 * SECOND,
      async run() {
        await link.keep();
        return false;
      },
    },

    stop: () => link.close(),
  };
};

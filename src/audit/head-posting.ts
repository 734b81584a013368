import { appendFile, open } from 'node:fs/promises';
import { MINUTE } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Notify } from '../notify/message.ts';
import type { Store } from '../store/port.ts';
import { auditBatches, auditChain, batchId, CHAIN, headOf } from './batch.ts';
import type { Delivery } from './delivery.ts';
import { sendSyslog } from './syslog-line.ts';
import type { SyslogServer } from './syslog-line.ts';
import { syslogHead } from './syslog-message.ts';
import type { SyslogSource } from './syslog-message.ts';

/** Where heads go. */
export type HeadReceiver =
  { readonly mail: string } | { readonly syslog: string; readonly server: SyslogServer } | { readonly file: string };

export interface HeadParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly source: SyslogSource;
  /** Of mail about it. */
  readonly locale: string;
  /** Milliseconds between two heads. */
  readonly every: number;
}

export interface LeavingHead {
  readonly head: string;
  readonly sequence: number;
  readonly total: number;
  readonly at: number;
}

const append = async (path: string, line: string): Promise<void> => {
  await using handle = await open(path, 'a', 0o600);
  await appendFile(handle, `${line}\n`);
  await handle.sync();
};

const post = async (
  parts: HeadParts,
  receiver: HeadReceiver,
  leaving: LeavingHead,
  signal: AbortSignal,
): Promise<void> => {
  const { store, clock, notify, source, locale } = parts;
  const { head, total, at } = leaving;
  if ('file' in receiver) return append(receiver.file, head);
  if ('server' in receiver) return sendSyslog(receiver.server, [syslogHead(source, clock.now(), head)], signal);
  const data = { head, total, at };
  await store.commit([notify.message({ channel: 'mail', to: receiver.mail, template: 'audit/head', locale, data })]);
};

const named = (receiver: HeadReceiver): string =>
  'file' in receiver ? receiver.file : 'server' in receiver ? receiver.syslog : receiver.mail;

/** The end of the chain as it is now, signed; undefined while nothing is chained. */
export const leavingHead = async (store: Pick<Store, 'get'>): Promise<LeavingHead | undefined> => {
  const end = await store.get(auditChain, CHAIN);
  const batch = end && (await store.get(auditBatches, batchId(end.sequence)));
  if (!batch) return undefined;
  const { sequence, total, at, kid, signature } = batch;
  return { head: `${headOf(batch, kid)}:${signature}`, sequence, total, at };
};

/** Posts where the chain ends, again and again: also when nothing was added, so that silence tells as well. */
export const headPosting = (parts: HeadParts, receiver: HeadReceiver): Delivery => ({
  name: 'audit.heads',
  receiver: named(receiver),
  every: MINUTE,
  begin: () => Promise.resolve(0),
  async serve(after, signal) {
    const leaving = await leavingHead(parts.store);
    if (!leaving) return { sequence: after, pause: MINUTE };
    await post(parts, receiver, leaving, signal);
    return { sequence: leaving.sequence, pause: parts.every };
  },
});

import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { SECOND } from '../kernel/clock.ts';
import type { Bounces } from './bounces.ts';
import { LONGEST_REPORT } from './delivery-report.ts';

export interface BounceListenerOptions {
  readonly host: string;
  readonly port: number;
  /** RFC 2033 or RFC 5321: what the mail server in front speaks. */
  readonly protocol: 'lmtp' | 'smtp';
  readonly bounces: Bounces;
}

export interface BounceListener {
  readonly port: number;
  stop(): Promise<void>;
}

const CLIENTS = 20;
const SILENCE = 30 * SECOND;
const GRACE = 5 * SECOND;

const reply = (responseCode: number, words: string): Error => Object.assign(new Error(words), { responseCode });

const UNKNOWN = () => reply(550, '5.1.1 no such address');
const TOO_MANY = () => reply(452, '4.5.3 one address at a time');
const TOO_LARGE = () => reply(552, '5.3.4 larger than any report');
const LATER = () => reply(451, '4.3.0 try again later');

/** All of a mail; undefined for one that is too large. */
const readAll = async (stream: Readable): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size <= LONGEST_REPORT) chunks.push(chunk);
    size += chunk.length;
  }
  return size > LONGEST_REPORT ? undefined : Buffer.concat(chunks).toString('latin1');
};

/**
 * Listens for mail that comes back. It takes mail for return addresses that we gave out and for nothing else, so that
 * it relays nothing and answers to nobody. The library is loaded here and nowhere else, and only where this is
 * configured.
 *
 * @throws the error of Node (`EADDRINUSE`, `EACCES`, …) when it cannot listen
 */
export const listenForBounces = async (options: BounceListenerOptions): Promise<BounceListener> => {
  const { host, port, protocol, bounces } = options;
  const { SMTPServer } = await import('smtp-server');
  const server = new SMTPServer({
    lmtp: protocol === 'lmtp',
    banner: 'returned mail only',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LONGEST_REPORT,
    maxClients: CLIENTS,
    socketTimeout: SILENCE,
    closeTimeout: GRACE,
    onRcptTo({ address }, session, done) {
      // A report is about one message: one that names several would be counted for each.
      if (session.envelope.rcptTo.length > 0) done(TOO_MANY());
      else done(bounces.isOurs(address) ? null : UNKNOWN());
    },
    onData(stream, session, done) {
      const [to] = session.envelope.rcptTo;
      readAll(stream)
        .then(async (mail) => {
          if (mail === undefined) return TOO_LARGE();
          if (to) await bounces.take(to.address, mail);
          return null;
        })
        .then(done, () => {
          done(LATER());
        });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A client that breaks off is no fault of ours.
  server.on('error', () => undefined);
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
};

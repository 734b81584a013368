import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** An answer of SMTP other than yes, such as `451 4.7.1 later`. */
export interface Refusal {
  readonly code: number;
  readonly words: string;
}

export interface Received {
  /** Where it returns to (RFC 5321 section 4.4). */
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly mail: ParsedMail;
}

/** A real SMTP server on loopback whose mood can be set. */
export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** Whole messages that arrived, oldest first, refused ones included. */
  readonly received: readonly Received[];
  /** What to answer to a recipient, from now on. */
  recipient: Refusal | undefined;
  /** What to answer after a whole message, from now on. */
  data: Refusal | undefined;
  /** Called with a whole message that is not answered yet. */
  arrived: () => void | Promise<void>;
}

const failure = ({ code, words }: Refusal): Error => Object.assign(new Error(words), { responseCode: code });

/** @param password without it the server takes mail from anybody */
export const startMailServer = async (port = 0, password?: string): Promise<MailServer> => {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: password === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth(auth, _session, done) {
      if (auth.username === 'latchkey' && auth.password === password) done(null, { user: auth.username });
      else done(failure({ code: 535, words: '5.7.8 no' }));
    },
    onRcptTo(_address, _session, done) {
      done(mood.recipient && failure(mood.recipient));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        const raw = Buffer.concat(chunks);
        const take = async (): Promise<void> => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          const { mailFrom } = session.envelope;
          received.push({
            from: mailFrom ? mailFrom.address : '',
            to,
            raw: raw.toString('utf8'),
            mail: await simpleParser(raw),
          });
          await mood.arrived();
        };
        take().then(() => {
          done(mood.data && failure(mood.data));
        }, done);
      });
    },
  });
  // A client that was killed leaves a broken connection behind.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const mood: MailServer = {
    port: (server.server.address() as AddressInfo).port,
    received,
    recipient: undefined,
    data: undefined,
    arrived: () => undefined,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
  return mood;
};

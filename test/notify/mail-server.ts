import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { startSmtpServer } from '../support/smtp-server.ts';

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
  const server = await startSmtpServer(
    async (raw, { envelope: { mailFrom, rcptTo } }) => {
      received.push({
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
        raw: raw.toString('utf8'),
        mail: await simpleParser(raw),
      });
      await mood.arrived();
      return mood.data && failure(mood.data);
    },
    {
      port,
      authOptional: password === undefined,
      allowInsecureAuth: true,
      onAuth(auth, _session, done) {
        if (auth.username === 'latchkey' && auth.password === password) done(null, { user: auth.username });
        else done(failure({ code: 535, words: '5.7.8 no' }));
      },
      onRcptTo(_address, _session, done) {
        done(mood.recipient && failure(mood.recipient));
      },
    },
  );

  const mood: MailServer = {
    ...server,
    received,
    recipient: undefined,
    data: undefined,
    arrived: () => undefined,
  };
  return mood;
};

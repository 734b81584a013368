import { simpleParser } from 'mailparser';
import { startSmtpServer } from './smtp-server.ts';

/** A mail as its reader has it. */
export interface Mail {
  /** Message-ID (RFC 5322 section 3.6.4), where it came as a mail. */
  readonly id?: string | undefined;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What stands on a line of its own in digits, spaces and dashes removed. */
  readonly code: string | undefined;
  /** The first address in the text. */
  readonly link: string | undefined;
}

export interface PostOffice extends AsyncDisposable {
  readonly port: number;
  /** Everything that arrived, oldest first. */
  readonly mails: readonly Mail[];
  /** Every mail from now on has arrived by then, and its sender is told so once this is over. */
  whenTaken(listener: (mail: Mail) => Promise<void>): void;
}

/** What stands on a line of its own in digits, spaces and dashes removed. */
export const codeIn = (text: string): string | undefined =>
  /^[ \t]*(\d[\d -]{2,}\d)[ \t]*$/m.exec(text)?.[1]?.replace(/[ -]/g, '');

export const linkIn = (text: string): string | undefined => /https?:\/\/[^\s<>"]+/.exec(text)?.[0];

const readMail = async (raw: Buffer, to: readonly string[]): Promise<Mail> => {
  const { messageId, subject = '', text = '', html } = await simpleParser(raw);
  return {
    id: messageId,
    to,
    subject,
    text,
    html: typeof html === 'string' ? html : '',
    code: codeIn(text),
    link: linkIn(text),
  };
};

/** A real SMTP server on loopback that delivers to a list. */
export const openPostOffice = async (): Promise<PostOffice> => {
  const mails: Mail[] = [];
  let taken = (_: Mail): Promise<void> => Promise.resolve();
  const server = await startSmtpServer(
    async (raw, { envelope }) => {
      const mail = await readMail(
        raw,
        envelope.rcptTo.map(({ address }) => address),
      );
      mails.push(mail);
      await taken(mail);
      return undefined;
    },
    { authOptional: true },
  );
  return {
    ...server,
    mails,
    whenTaken(listener) {
      taken = listener;
    },
  };
};

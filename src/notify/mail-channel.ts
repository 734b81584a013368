import type { Transporter } from 'nodemailer';
import { SECOND } from '../kernel/clock.ts';
import type { Attempt, Channel, Outgoing } from './channel.ts';

export interface MailOptions {
  /** An address, or `Name <address>`. */
  readonly from: string;
  readonly replyTo?: string;
  /** Where a message comes back to that cannot be delivered; the sender's address when absent. */
  readonly returnTo?: (id: string) => string;
  /** Right side of our Message-IDs (RFC 5322 section 3.6.4): the host of the issuer. */
  readonly domain: string;
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    /** `starttls` refuses to go on in the clear; `none` never tries. */
    readonly tls: 'starttls' | 'implicit' | 'none';
    readonly user?: string;
    readonly password?: string;
    /** PEM of the authority that signed the server's certificate. */
    readonly ca?: string;
    /** Milliseconds of silence after which an attempt has failed. */
    readonly patience?: number;
  };
}

const CONNECT = 10 * SECOND;
/**
 * Silence of the server after which an attempt has failed: eight replies of this length fit into a delivery's lease,
 * ten minutes for the last one alone as in RFC 5321 section 4.5.3.2.6 would not.
 */
const SILENCE = 20 * SECOND;

interface SmtpFailure {
  readonly code?: string;
  /** The system's own code behind a code of the library. */
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly command?: string;
  readonly response?: string;
}

/** Reply code and enhanced status (RFC 3463), or the code of the failure; never the server's own words. */
const causeOf = ({ code, originalCode, responseCode, response }: SmtpFailure): string => {
  const enhanced = response === undefined ? undefined : /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  return [responseCode ?? originalCode ?? code ?? 'unknown', enhanced].filter((part) => part !== undefined).join(' ');
};

// A refusal of the recipient or of the message is about this message. One of the sender, the sign-in or the greeting
// is about our set-up, which an operator may mend while the message waits.
const ABOUT_THE_MESSAGE = ['RCPT TO', 'DATA'];

const attemptOf = (failure: SmtpFailure): Attempt => {
  const { responseCode = 0, command = '' } = failure;
  const forGood = responseCode >= 500 && responseCode < 600 && ABOUT_THE_MESSAGE.includes(command);
  const cause = causeOf(failure);
  if (!forGood) return { outcome: 'failed', cause };
  return { outcome: 'refused', cause, about: command === 'RCPT TO' ? 'destination' : 'message' };
};

const compose = (options: MailOptions, { id, to, subject, text, html, locale }: Outgoing) => ({
  from: options.from,
  ...(options.replyTo === undefined ? {} : { replyTo: options.replyTo }),
  // As an object the address is taken as it is, never parsed into several.
  to: { name: '', address: to },
  ...(options.returnTo ? { envelope: { from: options.returnTo(id), to } } : {}),
  subject: subject.replaceAll(/\s+/g, ' ').trim(),
  text,
  ...(html === undefined ? {} : { html }),
  messageId: `<${id}@${options.domain}>`,
  headers: {
    // RFC 3834 section 5: vacation replies to a machine help nobody.
    'Auto-Submitted': 'auto-generated',
    'Content-Language': locale,
  },
});

/** The library is loaded here and nowhere else, and only where a server is configured. */
const transportTo = async (smtp: MailOptions['smtp']): Promise<Transporter> => {
  const { createTransport } = await import('nodemailer');
  const { host, port, tls, user, password, ca, patience = SILENCE } = smtp;
  return createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: CONNECT,
    greetingTimeout: CONNECT,
    socketTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...(ca === undefined ? {} : { tls: { ca } }),
  });
};

/** Resolves where the server answers and lets us in; nothing is sent. Throws what stood in the way. */
export const tryMailServer = async (smtp: MailOptions['smtp']): Promise<void> => {
  const transport = await transportTo(smtp);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
};

/** Mail by SMTP. */
export const openMailChannel = async (options: MailOptions): Promise<Channel> => {
  const transport = await transportTo(options.smtp);

  return {
    async send(outgoing) {
      try {
        await transport.sendMail(compose(options, outgoing));
        return { outcome: 'taken' };
      } catch (error) {
        return attemptOf(error as SmtpFailure);
      }
    },
  };
};

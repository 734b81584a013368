import { createTransport } from 'nodemailer';

/** What a mail server says of one recipient (RFC 3464 section 2.3). */
export interface Said {
  readonly action?: string;
  readonly status?: string;
}

/** A delivery status notification as mail servers write it (RFC 3464), about one recipient. */
export const report = (
  { action = 'failed', status = '5.1.1' }: Said = {},
  returned = 'Subject: a mail of ours',
): string =>
  [
    'From: MAILER-DAEMON@mx.elsewhere.test',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="=_9d1f"',
    '',
    'This is a MIME-encapsulated message.',
    '',
    '--=_9d1f',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I am sorry. Status: 5.9.9 is only a sentence here.',
    '',
    '--=_9d1f',
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.elsewhere.test',
    'Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0000',
    '',
    'Final-Recipient: rfc822; somebody@elsewhere.test',
    `Action: ${action}`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 5.1.1 <somebody@elsewhere.test>: no such',
    '    mailbox',
    '',
    '--=_9d1f',
    'Content-Type: message/rfc822',
    '',
    returned,
    '',
    '--=_9d1f--',
    '',
  ].join('\r\n');

/** Hands a mail to a listener as a mail server does; gives `ok`, or the code of its refusal. */
export const handOver = async (
  port: number,
  to: string | readonly string[],
  raw: string,
  lmtp = true,
): Promise<'ok' | number> => {
  const transport = createTransport({ host: '127.0.0.1', port, lmtp, ignoreTLS: true });
  try {
    await transport.sendMail({ envelope: { from: '', to: [...[to].flat()] }, raw });
    return 'ok';
  } catch (error) {
    return (error as { readonly responseCode?: number }).responseCode ?? 0;
  } finally {
    transport.close();
  }
};

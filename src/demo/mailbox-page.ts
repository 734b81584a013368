import { get, json, page, type Answer, type Route, type Visit } from '../http/route.ts';
import { AppError } from '../kernel/errors.ts';
import type { DevelopmentMailbox, MailboxEntry } from '../notify/mailbox.ts';

const MAILBOX = '/dev/mailbox';

const LINK = /https?:\/\/[^\s<>"]+/g;

/** A code stands on a line of its own, behind the page it is for, or digit below digit where it is spoken. */
const CODE = /^[ \t]*(\d[\d -]{2,}\d)[ \t]*$|^@\S+ #(\S+)$|^((?:\d\n){3,}\d)$/gm;

/**
 * A message's HTML may be styled, but it runs nothing, loads nothing, sends no form and belongs to no origin:
 * what a template got wrong stays inside.
 */
const MESSAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

interface Piece {
  readonly text: string;
  readonly href?: string;
}

/** Text with its addresses told apart, so that they can be pressed. */
const pieces = (text: string): readonly Piece[] => {
  const links = [...text.matchAll(LINK)];
  const ends = links.map((link) => link.index + link[0].length);
  return [
    ...links.flatMap((link, position): Piece[] => [
      { text: text.slice(ends[position - 1] ?? 0, link.index) },
      { text: link[0], href: link[0] },
    ]),
    { text: text.slice(ends.at(-1) ?? 0) },
  ];
};

const codes = (text: string): readonly string[] =>
  [...text.matchAll(CODE)].map(([, line, bound, spoken]) => line ?? bound ?? spoken?.replaceAll('\n', '') ?? '');

const forPeople = (entry: MailboxEntry) => ({ ...entry, pieces: pieces(entry.text), codes: codes(entry.text) });

const forPrograms = ({ to, channel, subject, text, html, at }: MailboxEntry) => ({
  to,
  channel,
  subject,
  text,
  html: html ?? '',
  at: new Date(at).toISOString(),
});

const showHtml = (visit: Visit, html: string): Answer => {
  const { res } = visit.raw;
  res.statusCode = 200;
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.setHeader('Content-Security-Policy', MESSAGE_POLICY);
  res.end(html);
  return { kind: 'answered' };
};

/** `/dev/mailbox`: what would have been sent, for whoever tries the product out without a mail server. */
export const mailboxRoutes = (mailbox: Pick<DevelopmentMailbox, 'entries'>): readonly Route[] => [
  get(MAILBOX, async () => page('demo-mailbox', { messages: (await mailbox.entries()).map(forPeople) })),
  get(`${MAILBOX}.json`, async () => json((await mailbox.entries()).map(forPrograms))),
  get(`${MAILBOX}/:id`, async (visit) => {
    const found = (await mailbox.entries()).find(({ id }) => id === visit.params['id']);
    if (found?.html === undefined) throw new AppError('not_found', 'no such message, or none in HTML');
    return showHtml(visit, found.html);
  }),
];

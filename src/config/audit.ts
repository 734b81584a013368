import { z } from 'zod';
import { duration, file, section } from './fields.ts';

const SYSLOG_HINT = 'an address such as tls://logs.example.com:6514, tcp://… or udp://…';

const syslog = () =>
  z
    .string(SYSLOG_HINT)
    .regex(/^(tls|tcp|udp):\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/, SYSLOG_HINT)
    .describe(
      'Syslog server: `tls://host:6514` (RFC 5425), `tcp://host:601` (RFC 6587, octet counting) or `udp://host:514`, which may lose some.',
    );

const ca = () => file().exactOptional().describe('Path of a PEM file with the authority that signed its certificate.');

const destination = z
  .strictObject({
    mail: z
      .email()
      .exactOptional()
      .describe('Mail address, best one that administrators of this machine cannot empty.'),
    syslog: syslog().exactOptional(),
    ca: ca(),
    file: z
      .string()
      .regex(/^\//, 'an absolute path')
      .exactOptional()
      .describe('File that lines are appended to, such as one on a share that can be written once.'),
  })
  .refine(({ mail, syslog: server, file: path }) => [mail, server, path].filter(Boolean).length === 1, {
    error: 'must have one of mail, syslog and file',
  });

const receiver = z.strictObject({
  syslog: syslog(),
  ca: ca(),
  personal: z
    .boolean()
    .default(true)
    .describe('`false` leaves addresses and browsers out; what has left cannot be erased from here.'),
});

export const audit = section({
  keep: duration('400d').describe('How long events are kept; `0d` for ever. The rest goes on being provable.'),
  eraseDeleted: duration('90d').describe(
    'How long after a person was deleted their addresses and browsers in the log can still be read.',
  ),
  heads: section({
    every: duration('1h').describe('How often.'),
    to: z.array(destination).default([]).describe('Where to; each gets all of them.'),
  }).describe(
    'Signed heads of the log that leave the machine, so that `latchkey audit verify --heads` finds what was rewritten or cut off later, even by somebody who holds all keys.',
  ),
  export: z.array(receiver).default([]).describe('Where every event is sent to as it is chained (RFC 5424).'),
}).describe('The audit log.');

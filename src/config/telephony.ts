import { z } from 'zod';
import { count, file, httpAddress, secret } from './fields.ts';

const countries = () =>
  z
    .union(
      [z.literal('all'), z.array(z.string().regex(/^[A-Z]{2}$/, 'a country such as DE')).min(1)],
      '`all`, or a list of countries such as [DE, AT]',
    )
    .describe(
      'Countries that may be written to or called (ISO 3166-1 alpha-2), or `all`. There is no default: `all` invites fraud with numbers abroad that somebody earns by, and fewer than people have numbers in locks them out. Premium rates and satellites are never reached.',
    );

const carrier = z.strictObject({
  url: httpAddress()
    .default('https://api.twilio.com')
    .describe("Where the REST interface of Twilio's Messages and Calls is; other carriers offer it too."),
  account: z
    .string()
    .regex(/^[A-Za-z0-9]{2,64}$/, 'the id of the account, such as AC…')
    .describe('Id of the account (`AC…`).'),
  token: secret().describe('Its token: signs us in there, and signs what the carrier posts to us.'),
  ca: file().exactOptional().describe('Path of a PEM file with the authority that signed its certificate.'),
});

const smpp = z.strictObject({
  host: z.string().min(1).describe('Short message centre.'),
  port: count(1, 65_535, 3550).describe('Its port; 2775 is usual without TLS.'),
  tls: z
    .enum(['implicit', 'none'])
    .default('implicit')
    .describe('`none` is for a wire that nobody else listens to, such as a VPN: codes would be in the clear.'),
  ca: file().exactOptional().describe('Path of a PEM file with the authority that signed its certificate.'),
  systemId: z.string().min(1).max(15).describe('Name to bind with.'),
  password: secret().describe('Password to bind with; SMPP takes at most 8 characters.'),
  systemType: z.string().max(12).default('').describe('Asked for by some centres.'),
  receiptIds: z
    .enum(['same', 'decimal', 'hexadecimal'])
    .default('same')
    .describe(
      'How receipts write the id that the answer to a message had: the same, or `decimal` of a hexadecimal one, or the other way round.',
    ),
});

/** Text messages, by one of two carriers' protocols. */
export const sms = z
  .strictObject({
    from: z
      .string()
      .regex(/^(\+[1-9]\d{6,14}|\d{3,8}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/, 'a number or a name')
      .describe(
        'Sender: a number (`+49…`), a short code, a name of up to 11 letters and digits, or a messaging service (`MG…`).',
      ),
    countries: countries(),
    perDay: count(1, 10_000_000, 2000).describe(
      'Messages that the whole installation may send in 24 hours; beyond them codes are not sent and notices wait.',
    ),
    smpp: smpp.exactOptional().describe('Carrier by SMPP 3.4.'),
    http: carrier.exactOptional().describe("Carrier by the REST interface of Twilio's Messages."),
  })
  .refine((options) => (options.smpp === undefined) !== (options.http === undefined), {
    error: 'must have either smpp or http',
  });

/** Calls that read a code aloud. */
export const voice = z.strictObject({
  from: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'a number such as +4930…')
    .describe('The number that calls.'),
  countries: countries(),
  perDay: count(1, 10_000_000, 500).describe('Calls that the whole installation may make in 24 hours.'),
  http: carrier.describe("Carrier by the REST interface of Twilio's Calls."),
});

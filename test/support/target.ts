import { z } from 'zod';

/** Environment variable by which `npm run attack` says what to attack: path of a file as {@link target} describes it. */
export const TARGET = 'LATCHKEY_ATTACK';

const http = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' });

export const people = z.array(
  z.strictObject({ userName: z.string(), password: z.string(), mail: z.string(), alternateMail: z.string() }),
);

/** What an operator gives of the server that is to be attacked. */
export const target = z.strictObject({
  url: http,
  /** Each is used once: the password may be another one afterwards. */
  people,
  /** Answers with the mails of those people as JSON, the newest first, as `/dev/mailbox.json` does. */
  inbox: http,
});

export type Target = z.infer<typeof target>;

import { z } from 'zod';
import { duration, file, httpAddress } from '../../../src/plugin.ts';

const LOOPBACK = /^http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/|$)/;

const range = z.strictObject({
  url: httpAddress()
    .refine((url) => url.startsWith('https:') || LOOPBACK.test(url), {
      error: 'must begin with https://, loopback aside: whoever is on the way could say that nothing is known',
    })
    .prefault('https://api.pwnedpasswords.com')
    .describe('Where the range API is, without `/range/`: that of Have I Been Pwned, or a mirror of your own.'),
  ca: file().exactOptional().describe('Path of a PEM file with the authority that signed its certificate.'),
  timeout: duration('2s')
    .refine((milliseconds) => milliseconds >= 1000 && milliseconds <= 30_000, { error: 'must be from 1s to 30s' })
    .describe('How long somebody who chooses a password waits for its answer, as a duration from 1s to 30s.'),
  onFailure: z
    .enum(['accept', 'refuse'])
    .default('accept')
    .describe(
      'When it does not answer: `accept` the password unchecked, which the audit log then says, or `refuse` every new one until it does.',
    ),
});

export const breachedConfig = z
  .strictObject({
    range: range
      .exactOptional()
      .describe(
        'Asks a service, which learns five of the forty digits of the SHA-1 hash. `{}` asks Have I Been Pwned.',
      ),
    file: file()
      .exactOptional()
      .describe(
        'Path of a file of SHA-1 hashes, ordered by hash, a line `HASH:COUNT` for each, as the downloader of Have I Been Pwned writes it. Looked up before the range.',
      ),
  })
  .prefault({})
  .describe('Passwords that are known from leaks. Off unless a range or a file is named; both may be.');

export type BreachedConfig = z.output<typeof breachedConfig>;

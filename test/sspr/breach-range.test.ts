import { expect } from 'chai';
import { countInRange } from '../../plugins/sspr/password-rules/breach-range.ts';
import type { BreachRange, RangeAnswer } from '../../plugins/sspr/password-rules/breach-range.ts';
import { breachHash } from '../../plugins/sspr/password-rules/hash-line.ts';
import { startBreachRange } from '../support/breach-range.ts';
import type { BreachRangeServer } from '../support/breach-range.ts';
import { LOCALHOST } from '../support/certificate.ts';

const KNOWN = 'correct horse battery staple';

describe('A range of breached passwords', () => {
  let server: BreachRangeServer;
  beforeEach(async () => {
    server = await startBreachRange();
    server.knows(KNOWN, 384);
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
  });

  const ask = (password = KNOWN, other: Partial<BreachRange> = {}): Promise<RangeAnswer> =>
    countInRange({ url: server.url, timeout: 20_000, ...other }, breachHash(password));

  it('is asked with five digits of the hash and for padding, and tells how often a password was seen', async () => {
    expect(await ask()).to.deep.equal({ count: 384 });
    expect(await ask('nobody ever leaked this one')).to.deep.equal({ count: 0 });
    const [first] = server.asked;
    expect(first?.path).to.equal(`/range/${breachHash(KNOWN).slice(0, 5)}`);
    expect(first?.headers).to.include({ 'add-padding': 'true' });
    expect(JSON.stringify(server.asked)).not.to.contain(breachHash(KNOWN).slice(5)).and.not.to.contain('horse');
  });

  it('takes a padded line for a password that nobody has seen', async () => {
    server.knows('only padding', 0);
    expect(await ask('only padding')).to.deep.equal({ count: 0 });
  });

  it('looks a password up in the form in which it is hashed, whatever keyboard typed it', async () => {
    server.knows('Größe', 3);
    expect(await ask('Gro\u0308ße')).to.deep.equal({ count: 3 });
    server.knows('password', 9);
    expect(await ask('ｐａｓｓｗｏｒｄ')).to.deep.equal({ count: 9 });
  });

  it('reads lower case, LF and a last line break too', async () => {
    const suffix = breachHash(KNOWN).slice(5).toLowerCase();
    server.mood = { status: 200, body: `${'0'.repeat(35)}:1\n${suffix}:12\n` };
    expect(await ask()).to.deep.equal({ count: 12 });
  });

  it('believes no answer of which a line is none', async () => {
    const suffix = breachHash(KNOWN).slice(5);
    for (const body of ['', '<html>sign in to this network</html>', '{}', suffix, `${suffix}:x`, `A${suffix}:1`]) {
      server.mood = { status: 200, body };
      expect(await ask(), body).to.deep.equal({ failure: 'garbled' });
      server.mood = { status: 200, body: `${'0'.repeat(35)}:1\r\n${body}\r\n${'1'.repeat(35)}:1` };
      expect(await ask(), `${body} among others`).to.deep.equal({ failure: 'garbled' });
    }
  });

  it('says what went wrong: an error, a redirect that is not followed, nobody there', async () => {
    server.mood = { status: 503, body: 'later', headers: { 'retry-after': '5' } };
    expect(await ask()).to.deep.equal({ failure: 'HTTP 503' });
    server.mood = { status: 404, body: '' };
    expect(await ask()).to.deep.equal({ failure: 'HTTP 404' });
    await using other = await startBreachRange();
    server.mood = { status: 302, body: '', headers: { location: `${other.url}/range/00000` } };
    expect(await ask()).to.deep.equal({ failure: 'HTTP 302' });
    expect(other.asked).to.deep.equal([]);
    const { url } = other;
    await other[Symbol.asyncDispose]();
    expect(await ask(KNOWN, { url })).to.deep.equal({ failure: 'ECONNREFUSED' });
  });

  it('is read no further than a range is long', async () => {
    server.mood = { status: 200, body: `${'0'.repeat(35)}:1\r\n`.repeat(40_000) };
    expect(await ask()).to.deep.equal({ failure: 'too long' });
  });

  it('is not waited for longer than was said, whether it is silent or drips', async () => {
    for (const mood of ['silent', 'dripping'] as const) {
      server.mood = mood;
      expect(await ask(KNOWN, { timeout: 200 }), mood).to.deep.equal({ failure: 'timeout' });
    }
  });

  it('is spoken to when its certificate is right, and else told nothing', async () => {
    await using secure = await startBreachRange({ tls: LOCALHOST });
    secure.knows(KNOWN, 7);
    const { url } = secure;
    expect(await ask(KNOWN, { url })).to.deep.equal({ failure: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const elsewhere = `https://127.0.0.1:${String(secure.port)}`;
    expect(await ask(KNOWN, { url: elsewhere, ca: LOCALHOST.cert })).to.deep.equal({
      failure: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(secure.asked).to.deep.equal([]);
    expect(await ask(KNOWN, { url, ca: LOCALHOST.cert })).to.deep.equal({ count: 7 });
  });
});

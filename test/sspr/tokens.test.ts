import { expect } from 'chai';
import { sspr } from '../../plugins/sspr/index.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { fromBase32, toBase32 } from '../../plugins/sspr/otp/base32.ts';
import { oneTimePassword } from '../../plugins/sspr/otp/one-time-password.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import { tokens } from '../../plugins/sspr/tokens/collection.ts';
import { readTokens } from '../../plugins/sspr/tokens/read.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { user } from '../../src/cli/user.ts';
import { DAY } from '../../src/kernel/clock.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { signInCollections } from '../../src/sign-in/collections.ts';
import { rememberedBrowsers } from '../../src/sign-in/remembered-browsers.ts';
import { everything } from '../../src/store/query.ts';
import { terminal } from '../cli/terminal.ts';
import type { Terminal } from '../cli/terminal.ts';

const KEY = toBase32(Buffer.from('12345678901234567890'));
const SIX = { algorithm: 'SHA-1', digits: 6 } as const;

/** As Entra wants it. */
const ENTRA = 'upn,serial number,secret key,time interval,manufacturer,model';

const hotp = (counter: number): string => oneTimePassword(fromBase32(KEY) ?? Buffer.alloc(0), SIX, counter);

const faultsOf = (...lines: readonly string[]): readonly string[] =>
  readTokens(lines.join('\n')).faults.map(({ line, message }) => `${String(line)} ${message}`);

describe('a file of tokens', () => {
  it("is read in Entra's columns", () => {
    const { listed, faults } = readTokens(`${ENTRA}\r\nanna@example.test,1234567,${KEY},60,Contoso,HardwareKey\r\n`);
    expect(faults).to.deep.equal([]);
    expect(listed).to.deep.equal([
      {
        line: 2,
        serial: '1234567',
        key: Buffer.from('12345678901234567890'),
        device: { ...SIX, period: 60, next: 0, drift: 0 },
        upn: 'anna@example.test',
        manufacturer: 'Contoso',
        model: 'HardwareKey',
      },
    ]);
  });

  it('may have further columns in any order, quotes, semicolons, a byte order mark and empty lines', () => {
    const { listed, faults } = readTokens(
      `\uFEFFType;Serial Number;Secret Key;Algorithm;Digits;Counter;Model\n\nhotp;"A;1";"${KEY}";HMAC-SHA256;8;42;"the ""small"" one"\n;;;;;;\ntotp;B2;${KEY.toLowerCase()};SHA512;;;\n`,
    );
    expect(faults).to.deep.equal([]);
    expect(listed.map(({ line, serial, device, model }) => ({ line, serial, device, model }))).to.deep.equal([
      {
        line: 3,
        serial: 'A;1',
        device: { algorithm: 'SHA-256', digits: 8, next: 42, drift: 0 },
        model: 'the "small" one',
      },
      {
        line: 5,
        serial: 'B2',
        device: { algorithm: 'SHA-512', digits: 6, period: 30, next: 0, drift: 0 },
        model: undefined,
      },
    ]);
  });

  it('tells every fault with its line, and no key', () => {
    const header = 'upn,serial number,secret key,time interval,manufacturer,model,type,algorithm,digits,counter';
    const faults = faultsOf(
      header,
      `,,${KEY},30,,,,,,`,
      `,A1,not-base-32!,30,,,,,,`,
      `,A2,MZXW6,30,,,,,,`,
      `,A3,${KEY},45,,,smart,MD5,7,`,
      `,A4,${KEY},30,,,hotp,,,many`,
      `,A5,${KEY},30,,,,,,5`,
      `,a1,${KEY},30,,,,,,`,
      `,A6,${KEY},30,,,,,,,,too,much`,
      `,A7,"${KEY}`,
    );
    expect(faults.map((fault) => fault.slice(0, 30))).to.deep.equal([
      '10 a quote is not closed, or m',
      '2 serial number is missing',
      '3 secret key is no base 32 (le',
      '4 secret key is too short: at ',
      '5 algorithm must be one of SHA',
      '5 digits must be 6 or 8',
      '5 type must be totp or hotp',
      '5 time interval must be 30 or ',
      '6 counter must be a whole numb',
      '7 counter is for hotp only',
      '8 serial number a1 stands on l',
      '9 more cells than the header, ',
    ]);
    for (const secret of [KEY, 'MZXW6', 'not-base-32']) expect(faults.join()).not.to.contain(secret);
  });

  it('needs a header with known columns', () => {
    expect(faultsOf('')).to.have.length(2);
    expect(faultsOf(`anna,1234567,${KEY},30,Contoso,HardwareKey`).join()).to.contain('no column "serial number"');
    expect(faultsOf('serial number,secret key,colour,secret key').join()).to.match(/unknown column "colour".*twice/);
  });
});

describe('latchkey token', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([user], signInCollections, [sspr]);
    await t.run(['user', 'add', 'anna', '--mail', 'anna@example.test']);
    await t.run(['user', 'add', 'ben']);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  const bringIn = async (...lines: readonly string[]) =>
    t.run(['token', 'import', await t.file('tokens.csv', [ENTRA, ...lines].join('\n'))]);

  const idOf = async (name: string): Promise<string> => (await t.server.directory.accounts.byName(name))?.id ?? '';

  const list = async () => (await t.json(['token', 'list'])) as readonly Record<string, unknown>[];

  it('imports tokens and assigns those that name their owner', async () => {
    const told = await bringIn(`anna@example.test,T1,${KEY},30,Contoso,Key`, `,T2,${KEY},60,,`);
    expect(told).to.deep.equal({ code: 0, out: 'imported: 2, assigned: 1\n', err: '' });
    expect(await list()).to.deep.equal([
      { serial: 'T1', kind: 'TOTP 30 s, 6 digits, SHA-1', model: 'Contoso Key', assignedTo: 'anna', active: false },
      { serial: 'T2', kind: 'TOTP 60 s, 6 digits, SHA-1', model: '', assignedTo: null, active: false },
    ]);
    expect((await t.run(['token', 'list'])).out).to.match(/^SERIAL +KIND.*\nT1 .*anna$/m);
  });

  it('keeps keys sealed and says none', async () => {
    const { out, err } = await bringIn(`,T1,${KEY},30,,`);
    const shown = [
      out,
      err,
      JSON.stringify(await t.server.store.get(tokens, 't1')),
      (await t.run(['token', 'list'])).out,
    ];
    for (const text of shown) {
      expect(text).not.to.contain(KEY);
      expect(text).not.to.contain(Buffer.from('12345678901234567890').toString('base64url'));
    }
  });

  it('imports nothing where a line is wrong, and tells of each', async () => {
    await bringIn(`,T1,${KEY},30,,`);
    const { code, err } = await bringIn(`,T2,${KEY},30,,`, `,t1,${KEY},30,,`, `nobody,T3,${KEY},30,,`, `,T4,?,31,,`);
    expect(code).to.equal(1);
    expect(err.split('\n')).to.deep.equal([
      'latchkey: nothing was imported',
      'line 3: serial number t1 was imported before',
      'line 4: there is no user "nobody"',
      'line 5: secret key is no base 32 (letters A to Z and digits 2 to 7)',
      'line 5: time interval must be 30 or 60 (seconds)',
    ]);
    expect((await list()).map(({ serial }) => serial)).to.deep.equal(['T1']);
  });

  it('reads standard input where it is told to, and says what it cannot read', async () => {
    expect(await t.run(['token', 'import', '-'], `${ENTRA}\n,T1,${KEY},30,,`)).to.include({ code: 0 });
    expect((await t.run(['token', 'import', 'there-is-none.csv'])).err).to.contain('there-is-none.csv cannot be read');
    expect((await t.run(['token', 'import', '-'], ENTRA)).err).to.contain('lists no token');
  });

  it('assigns a token once, and again once it was taken back', async () => {
    await bringIn(`,T1,${KEY},30,,`);
    expect(await t.run(['token', 'assign', 't1', 'anna'])).to.include({ code: 0, out: 'assigned to anna\n' });
    const again = await t.run(['token', 'assign', 'T1', 'ben']);
    expect(again).to.include({ code: 1, err: 'latchkey: T1 is assigned to anna: unassign it first' });
    expect((await t.run(['token', 'assign', 'T9', 'ben'])).err).to.equal('latchkey: there is no token "T9"');
    expect((await t.run(['token', 'assign', 'T1', 'nobody'])).err).to.equal('latchkey: there is no user "nobody"');
    expect(await t.run(['token', 'unassign', 'T1'])).to.include({ code: 0 });
    expect((await t.run(['token', 'unassign', 'T1'])).err).to.equal('latchkey: T1 is assigned to nobody');
    expect(await t.run(['token', 'assign', 'T1', 'ben'])).to.include({ code: 0 });
  });

  it('is free again once the person it was assigned to is deleted', async () => {
    await bringIn(`,T1,${KEY},30,,`);
    expect(await t.run(['token', 'assign', 'T1', 'anna'])).to.include({ code: 0 });
    expect(await t.run(['user', 'remove', 'anna'])).to.include({ code: 0 });
    expect(await t.run(['token', 'assign', 'T1', 'ben'])).to.include({ code: 0, out: 'assigned to ben\n' });
  });

  it('is assigned once also by many at once', async () => {
    await bringIn(`,T1,${KEY},30,,`);
    const told = await Promise.all(
      ['anna', 'ben', 'anna', 'ben'].map((name) => t.run(['token', 'assign', 'T1', name])),
    );
    expect(told.filter(({ code }) => code === 0)).to.have.length(1);
  });

  it('takes what was registered of a token away with it', async () => {
    for (const [serial, command] of [
      ['T1', 'unassign'],
      ['T2', 'remove'],
    ] as const) {
      await bringIn(`anna,${serial},${KEY},30,,`);
      const assignment = (await t.server.store.get(tokens, serial.toLowerCase()))?.assigned?.id ?? '';
      const id = await idOf('anna');
      const others = { id: 'another', method: 'email', addedAt: 1, data: { address: 'anna@elsewhere.test' } };
      const own = { id: 'own', method: 'token', addedAt: 1, data: { serial, assignment, uses: 0 } };
      await t.server.store.remove(registrations, id);
      await t.server.store.insert(registrations, { ...nothingRegistered(id), methods: [own, others] });
      expect((await list()).find((line) => line['serial'] === serial)).to.include({ active: true });
      expect(await t.run(['token', command, serial])).to.include({ code: 0 });
      expect((await t.server.store.get(registrations, id))?.methods).to.deep.equal([others]);
    }
    expect((await list()).map(({ serial }) => serial)).to.deep.equal(['T1']);
  });

  it('tells its owner at every address, and forgets their browsers, where it takes away what was registered', async () => {
    const { store, clock } = t.server;
    const id = await idOf('anna');
    const told = async () => (await store.find(outbox, everything)).docs.map(({ template, to }) => [template, to]);
    await bringIn(`anna,T1,${KEY},30,,`);
    await t.run(['token', 'unassign', 'T1']);
    expect(await told(), 'it was never activated').to.deep.equal([]);

    await t.run(['token', 'assign', 'T1', 'anna']);
    const assignment = (await store.get(tokens, 't1'))?.assigned?.id ?? '';
    const own = { id: 'own', method: 'token', addedAt: 1, data: { serial: 'T1', assignment, uses: 0 } };
    const other = { id: 'other', method: 'email', addedAt: 1, data: { address: 'anna@elsewhere.test' } };
    await store.insert(registrations, { ...nothingRegistered(id), methods: [own, other] });
    const at = { since: clock.now(), expiresAt: clock.now() + DAY };
    await store.insert(rememberedBrowsers, { id: 'b', accountId: id, epoch: 1, address: '', agent: '', ...at });
    await t.run(['token', 'unassign', 'T1']);
    expect(await told()).to.have.deep.members([
      ['sspr/method-removed', 'anna@example.test'],
      ['sspr/method-removed', 'anna@elsewhere.test'],
    ]);
    expect(await store.count(rememberedBrowsers, everything)).to.equal(0);
  });

  it('sets a token right by two codes in a row within a hundred, which then are used', async () => {
    const file = `serial number,secret key,type,counter\nH1,${KEY},hotp,5`;
    await t.run(['token', 'import', await t.file('hotp.csv', file)]);
    const resync = (first: number, second: number) => t.run(['token', 'resync', 'H1', hotp(first), hotp(second)]);
    for (const [first, second] of [
      [4, 5],
      [60, 62],
      [105, 106],
      [30, 30],
    ] as const) {
      expect(await resync(first, second), `${String(first)} ${String(second)}`).to.include({ code: 1 });
    }
    expect(await resync(104, 105)).to.include({ code: 0 });
    expect((await t.server.store.get(tokens, 'h1'))?.device.next).to.equal(106);
    expect(await resync(104, 105)).to.include({ code: 1 });
  });

  it('leaves a trace of each act, without a key or a code', async () => {
    await bringIn(`anna,T1,${KEY},30,,`, `,T2,${KEY},30,,`);
    await t.run(['token', 'assign', 'T2', 'ben']);
    await t.run(['token', 'unassign', 'T2']);
    await t.run(['token', 'remove', 'T2']);
    const { docs } = await t.server.store.find(auditEvents, everything, { sort: [{ path: 'at' }], limit: 100 });
    const own = docs.filter(({ type }) => type.startsWith('token.'));
    expect(own.map(({ type }) => type)).to.have.members([
      'token.imported',
      'token.assigned',
      'token.assigned',
      'token.unassigned',
      'token.removed',
    ]);
    for (const { actor } of own) expect(actor).to.equal('cli');
    expect(JSON.stringify(own)).not.to.contain(KEY);
  });
});

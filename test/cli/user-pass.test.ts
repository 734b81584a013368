import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { sspr } from '../../plugins/sspr/index.ts';
import { group } from '../../src/cli/group.ts';
import { user } from '../../src/cli/user.ts';
import { createAuditReader } from '../../src/audit/reader.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { HOUR } from '../../src/kernel/clock.ts';
import { eq, everything } from '../../src/store/query.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const NOTE = ['--note', 'called back at the number in the directory'];

describe('latchkey user pass', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([user, group], [], [sspr], { sspr: { exclude: ['Guests'], pass: { hours: 2 } } });
    await t.run(['user', 'add', 'anna', '--mail', 'anna@example.test', '--mail', 'a.nna@example.test']);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  const idOf = async (name: string): Promise<string> => (await t.server.directory.accounts.byName(name))?.id ?? '';

  const registered = async (name: string) =>
    (await t.server.store.get(registrations, await idOf(name)))?.methods.filter(({ method }) => method === 'pass') ??
    [];

  const issue = async (...more: readonly string[]) =>
    (await t.json(['user', 'pass', 'anna', ...NOTE, ...more])) as { pass: string; for: string; until: string };

  it('prints a pass once, for one gate and as long as configured, and keeps it as a hash', async () => {
    const { code, out, err } = await t.run(['user', 'pass', 'anna', ...NOTE]);
    expect(code, err).to.equal(0);
    const [typed = ''] = /\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b/.exec(out) ?? [];
    expect(out).to.match(/^pass +\S+\nfor +anna\nopens +one gate of a reset, once\nuntil +\S+Z\n$/);
    const [one] = await registered('anna');
    expect(one?.data).to.include({ opens: 'gate' });
    expect(Number(one?.data['until']) - t.server.clock.now()).to.be.within(HOUR, 2 * HOUR);
    expect(JSON.stringify(one)).not.to.contain(typed).and.not.to.contain(typed.replaceAll('-', ''));
  });

  it('issues one for registration, for as many hours as asked for, and ends the one before', async () => {
    const first = await issue();
    const second = await issue('--for', 'registration', '--hours', '24');
    expect(second.pass).not.to.equal(first.pass);
    expect(second.for).to.equal('registration');
    expect(Date.parse(second.until) - t.server.clock.now()).to.be.within(23 * HOUR, 24 * HOUR);
    expect((await registered('anna')).map(({ data }) => data['opens'])).to.deep.equal(['registration']);
  });

  it('notes in the audit log how the caller was checked, by whom and for whom, and never the pass', async () => {
    const { pass } = await issue();
    const { store, secrets } = t.server;
    const found = await store.find(auditEvents, eq('type', 'pass.issued'), { limit: 10 });
    expect(JSON.stringify(found.docs)).not.to.contain(NOTE[1]);
    const docs = await createAuditReader(store, secrets).open(found.docs);
    expect(docs).to.have.length(1);
    expect(docs[0]).to.include({
      actor: 'cli',
      subject: await idOf('anna'),
      result: 'success',
      method: 'gate',
      reason: NOTE[1],
    });
    expect(JSON.stringify(docs)).not.to.contain(pass.replaceAll('-', '')).and.not.to.contain(pass);
  });

  it('has its owner told at every address, without the pass', async () => {
    const { pass } = await issue();
    const { docs } = await t.server.store.find(outbox, everything, { limit: 10 });
    expect(docs.map(({ template }) => template)).to.deep.equal(['sspr/pass-issued', 'sspr/pass-issued']);
    expect(JSON.stringify(docs)).not.to.contain(pass);
  });

  it('refuses whoever has no policy, as the pass would open nothing', async () => {
    await t.run(['group', 'add', 'Guests']);
    await t.run(['group', 'member', 'add', 'Guests', 'anna']);
    await t.run(['user', 'add', 'robot', '--service']);
    for (const name of ['anna', 'robot']) {
      const { code, err } = await t.run(['user', 'pass', name, ...NOTE]);
      expect(code).to.equal(1);
      expect(err).to.equal(`latchkey: no policy lets ${name} reset or register anything: see latchkey policy test`);
      expect(await registered(name)).to.deep.equal([]);
    }
  });

  it('refuses an empty note, and hours or uses that there are not', async () => {
    for (const [more, sentence] of [
      [['--note', ' '], 'the note says how the caller was checked, in 1 to 500 characters'],
      [[...NOTE, '--hours', '0'], 'a pass is good for 1 to 24 whole hours'],
      [[...NOTE, '--hours', '25'], 'a pass is good for 1 to 24 whole hours'],
      [[...NOTE, '--hours', '1.5'], 'a pass is good for 1 to 24 whole hours'],
      [[...NOTE, '--for', 'everything'], 'a pass is for gate or registration'],
    ] as const) {
      expect(await t.run(['user', 'pass', 'anna', ...more])).to.deep.equal({
        code: 1,
        out: '',
        err: `latchkey: ${sentence}`,
      });
    }
    expect(await t.run(['user', 'pass', 'anna'])).to.include({ code: 2 });
    expect(await t.run(['user', 'pass', 'nobody', ...NOTE])).to.include({
      code: 1,
      err: 'latchkey: there is no user "nobody"',
    });
    expect(await registered('anna')).to.deep.equal([]);
  });

  it('is no method of a policy: it counts without being named', async () => {
    const told = (await t.json(['policy', 'test', 'anna'])) as { toRegister: { count: number } };
    expect(told.toRegister.count).to.equal(1);
    await issue();
    expect(await t.json(['policy', 'test', 'anna'])).to.deep.include({
      gates: 0,
      methods: [],
      given: [{ method: 'pass', opens: 'gate' }],
      toRegister: told.toRegister,
    });
    expect((await t.run(['policy', 'test', 'anna'])).out).to.match(/^given a pass +for gate$/m);
  });
});

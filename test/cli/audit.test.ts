import { expect } from 'chai';
import { auditBatches } from '../../src/audit/batch.ts';
import { chainNext } from '../../src/audit/chaining.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { audit } from '../../src/cli/audit.ts';
import { user } from '../../src/cli/user.ts';
import { everything } from '../../src/store/query.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const FROM = { address: '192.0.2.7', agent: 'a browser of hers' };

describe('latchkey audit', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([user, audit]);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  const write = async (...events: readonly Partial<AuditEvent>[]): Promise<void> => {
    for (const event of events) {
      await t.server.store.commit([
        t.server.audit.event({ type: 'signin.success', result: 'success', subject: 'anna', ...event }),
      ]);
    }
  };
  const chain = async (): Promise<void> => {
    while (await chainNext(t.server, 0));
  };
  const reasons = async (...args: string[]) =>
    ((await t.json(['audit', 'search', ...args])) as { reason?: string }[]).map(({ reason }) => reason);

  it('finds events by type, person, who did it, result, request, address and time', async () => {
    await t.run(['user', 'add', 'berta']);
    const berta = await t.server.directory.accounts.byName('berta');
    await write({ reason: 'a', correlation: 'r-1', ...FROM }, { reason: 'b', subject: berta?.id ?? '' });
    await write({ reason: 'c', actor: 'cli', result: 'refused' }, { type: 'signin.failure', reason: 'd' });
    for (const step of [async () => undefined, chain]) {
      await step();
      expect(await reasons('--type', 'signin.failure')).to.deep.equal(['d']);
      expect(await reasons('--user', 'Berta')).to.deep.equal(['b', undefined]);
      expect(await reasons('--user', 'anna', '--actor', 'cli')).to.deep.equal(['c']);
      expect(await reasons('--result', 'refused')).to.deep.equal(['c']);
      expect(await reasons('--correlation', 'r-1')).to.deep.equal(['a']);
      expect(await reasons('--address', '192.0.2.7')).to.deep.equal(['a']);
      expect(await reasons('--since', '2100-01-01')).to.deep.equal([]);
    }
    expect((await t.run(['audit', 'search', '--user', 'anna'])).out).to.match(/AT +TYPE.+ADDRESS[^]+192\.0\.2\.7/);
  });

  it('goes through them page by page, each once, also those of one moment', async () => {
    const at = { result: 'failure', type: 'signin.failure' } as const;
    await t.server.store.commit(
      Array.from({ length: 25 }, (_, n) => t.server.audit.event({ ...at, reason: String(n), ...FROM })),
    );
    const found: (string | undefined)[] = [];
    let after: readonly string[] = [];
    for (let page = 0; page < 5; page += 1) {
      const { out, err } = await t.run([
        'audit',
        'search',
        '--address',
        '192.0.2.7',
        '--limit',
        '10',
        '--json',
        ...after,
      ]);
      found.push(...(JSON.parse(out) as { reason: string }[]).map(({ reason }) => reason));
      const place = /--after (\S+)/.exec(err)?.[1];
      if (place === undefined) break;
      after = ['--after', place];
    }
    expect(found).to.have.length(25);
    expect(new Set(found).size).to.equal(25);
    expect(await t.run(['audit', 'search', '--after', 'yesterday'])).to.include({ code: 1 });
  });

  it('verifies: nothing wrong ends well, and the first bad batch is named with a non-zero exit', async () => {
    await write({}, {});
    await chain();
    await write({});
    await chain();
    const good = await t.run(['audit', 'verify']);
    expect(good).to.include({ code: 0 });
    expect(good.out).to.include('3 events in 2 batches').and.include('signed by the key');
    const [event] = (await t.server.store.find(auditEvents, everything, { sort: [{ path: 'id' }] })).docs;
    if (event) await t.server.store.swap(auditEvents, { ...event, result: 'failure' });
    const bad = await t.run(['audit', 'verify']);
    expect(bad).to.include({ code: 1 });
    expect(bad.err).to.include('cannot be trusted from batch 1 on');
    expect(bad.out).to.include('batch 1').and.include('was changed').and.include(event?.id);
    expect(await t.json(['audit', 'verify'])).to.have.nested.property('faults[0].kind', 'batch_changed');
  });

  it('verifies against heads that left the machine, whatever is around them', async () => {
    await write({});
    await chain();
    const head = (await t.run(['audit', 'head'])).out.trim();
    const mail = head.replaceAll(/.{60}/g, '$&=\r\n');
    const path = await t.file('heads.txt', `From: somebody\n\n${mail}\n<109>1 - - - - - - ${head}\n`);
    expect(await t.run(['audit', 'verify', '--heads', path])).to.include({ code: 0, err: '' });
    const { store } = t.server;
    await store.removeAll(auditEvents, everything);
    await store.removeAll(auditBatches, everything);
    expect((await t.run(['audit', 'verify', '--heads', path])).code).to.equal(1);
    expect(await t.run(['audit', 'verify', '--heads', await t.file('none.txt', 'nothing')])).to.include({
      code: 1,
      err: `latchkey: there is no head of an audit log in ${path.replace('heads', 'none')}`,
    });
    expect(await t.run(['audit', 'verify', '--heads', '/nowhere/at-all'])).to.include({ code: 1 });
  });

  it('writes events as JSON lines, oldest first, with what is personal in them', async () => {
    await write({ reason: 'one', ...FROM }, { reason: 'two' });
    await chain();
    const { out } = await t.run(['audit', 'export', '--format', 'jsonl']);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEvent);
    expect(events.map(({ reason }) => reason)).to.deep.equal(['one', 'two']);
    expect(events[0]).to.include(FROM);
  });

  it('writes events as CSV in which no field is a formula or breaks its row', async () => {
    await write(
      { agent: '=HYPERLINK("http://x","y")', reason: 'a, "b"\nc' },
      { agent: ' +1' },
      { agent: '@x' },
      { agent: '-1' },
    );
    const { out } = await t.run(['audit', 'export', '--format', 'csv']);
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head).to.match(/^at,id,type,result,subject,/);
    expect(rows).to.have.length(4);
    expect(rows[0]).to.include(`"'=HYPERLINK(""http://x"",""y"")"`).and.include('"a, ""b"" c"');
    for (const [place, text] of [' +1', '@x', '-1'].entries()) expect(rows[place + 1]).to.include(`,'${text},`);
  });

  it('writes events as messages of RFC 5424, and only those that were asked for', async () => {
    await write({ reason: 'one' }, { reason: 'two', result: 'refused' });
    const { out } = await t.run(['audit', 'export', '--format', 'syslog', '--result', 'refused']);
    expect(out).to.match(
      /^<108>1 \S+ \S+ latchkey \d+ signin\.success \[latchkey@32473 .*reason="two".*\] Someone signed in.*\n$/,
    );
    expect(await t.run(['audit', 'export', '--format', 'xml'])).to.include({ code: 2 });
  });

  it('erases what is personal of somebody, chained or not, and leaves what happened', async () => {
    await write({ reason: 'before', ...FROM });
    await chain();
    await write({ reason: 'since', ...FROM });
    expect(await t.run(['audit', 'erase', 'anna'])).to.include({ code: 0 });
    expect(await t.run(['audit', 'verify'])).to.include({ code: 0 });
    const { out } = await t.run(['audit', 'export']);
    expect(out).to.include('before').and.include('since').and.include('audit.erased').and.include('"erased":true');
    expect(out).not.to.include('192.0.2.7').and.not.include('browser of hers');
    expect(await t.run(['audit', 'erase', 'nobody at all'])).to.include({ code: 1 });
  });

  it('prints events as they are written until it is interrupted', async () => {
    await write({ reason: 'of before' });
    const interrupting = new AbortController();
    const lines: string[] = [];
    const beginning = Promise.withResolvers<undefined>();
    const seen = Promise.withResolvers<undefined>();
    const running = t.run(['audit', 'tail', '--json'], '', {
      interrupted: interrupting.signal,
      told(line) {
        lines.push(line);
        if (line.startsWith('following')) beginning.resolve(undefined);
        if (line.includes('second')) seen.resolve(undefined);
      },
    });
    await beginning.promise;
    await write({ reason: 'first', ...FROM }, { reason: 'second' });
    await seen.promise;
    interrupting.abort();
    expect(await running).to.include({ code: 0 });
    const events = lines.slice(1).map((line) => JSON.parse(line) as AuditEvent);
    expect(events.map(({ reason }) => reason)).to.deep.equal(['first', 'second']);
    expect(events[0]).to.include(FROM);
  });
});

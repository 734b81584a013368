import { expect } from 'chai';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { auditDeliveries, deliveringJob } from '../../src/audit/delivery.ts';
import { liveExport } from '../../src/audit/live-export.ts';
import { syslogServer } from '../../src/audit/syslog-line.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Job } from '../../src/kernel/schedule.ts';
import { everything } from '../../src/store/query.ts';
import { LOCALHOST } from '../support/certificate.ts';
import { chainedLog } from './chained-log.ts';
import type { ChainedLog } from './chained-log.ts';
import { datagramReceiver, streamReceiver } from './syslog-receiver.ts';

const SOURCE = { host: 'login.example.test', processId: '7' };
const RFC_5424 = /^<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\S+) latchkey (\S+) (\S+) (\[.*\]) (.*)$/;

describe('the export of the audit log as it is written', function () {
  this.timeout(20_000);
  let log: ChainedLog;
  let stopping: AbortController;
  beforeEach(async () => {
    log = await chainedLog();
    stopping = new AbortController();
  });
  afterEach(async () => {
    stopping.abort();
    await log[Symbol.asyncDispose]();
  });

  const exporting = (url: string, more: { personal?: boolean; patience?: number; ca?: string } = {}): Job => {
    const { personal = true, patience = 5000, ca = LOCALHOST.cert } = more;
    const server = { ...syslogServer(url, ca), patience };
    const parts = { ...log.parts, catalogue: hostEvents, source: SOURCE };
    return deliveringJob({ ...log.parts, stopping: stopping.signal }, liveExport(parts, { url, server, personal }));
  };
  /** Begins at once, as a server does at its start, and then goes on as its timers would. */
  const run = async (job: Job): Promise<void> => {
    while (await job.run());
  };
  const writeAndChain = async (count: number, more: object = {}): Promise<void> => {
    const events = Array.from({ length: count }, (_, n) => ({ reason: String(n), address: '192.0.2.1', ...more }));
    await log.write(events);
    await log.chain();
  };

  for (const protocol of ['tcp', 'tls'] as const) {
    it('reaches a server over a stream, each event once, in the order of the chain, as RFC 5424 has it', async () => {
      // Over TCP and over TLS.
      await using server = await streamReceiver(protocol);
      const job = exporting(server.url);
      await run(job);
      await writeAndChain(450, { agent: 'a "browser" of ]\\ and\nlines' });
      await run(job);
      expect(server.messages).to.have.length(450);
      const parts = server.messages.map((message) => RFC_5424.exec(message));
      expect(parts.every((part) => part !== null)).to.equal(true);
      const [, priority, , host, process, name, data = '', text] = parts[0] ?? [];
      expect([priority, host, process, name]).to.deep.equal(['110', 'login.example.test', '7', 'signin.success']);
      expect(data).to.include('[latchkey@32473 id="').and.to.include('address="192.0.2.1"');
      expect(data).to.include(String.raw`agent="a \"browser\" of \]\\ and lines"`);
      expect(text).to.equal(hostEvents['signin.success'].about);
      const ids = server.messages.map((message) => / id="(\w+)"/.exec(message)?.[1]);
      expect(ids).to.deep.equal((await log.stored()).map(({ id }) => id));
      await run(job);
      expect(server.messages).to.have.length(450);
    });
  }

  it('reaches a server over UDP, a datagram for each event', async () => {
    await using server = await datagramReceiver();
    const job = exporting(server.url);
    await run(job);
    await writeAndChain(20);
    await run(job);
    await server.received(20);
    expect(server.messages.every((message) => RFC_5424.test(message))).to.equal(true);
  });

  it('leaves out what is personal where that is asked for', async () => {
    await using server = await streamReceiver('tcp');
    const job = exporting(server.url, { personal: false });
    await run(job);
    await writeAndChain(2);
    await run(job);
    expect(server.messages).to.have.length(2);
    expect(server.messages.join()).to.include('subject="anna"').and.not.include('192.0.2.1');
  });

  it('gives up a server that stops reading, holds nothing up meanwhile, and goes on where it was', async () => {
    const job = await (async () => {
      await using stuck = await streamReceiver('tcp', { stuck: true });
      const first = exporting(stuck.url, { patience: 300 });
      await run(first);
      for (let n = 0; n < 5; n += 1) await writeAndChain(200, { agent: 'x'.repeat(250) });
      const running = first.run();
      // The log is written, chained and read beside it.
      await writeAndChain(1);
      expect(await log.wrong()).to.deep.equal([]);
      expect(await running).to.equal(false);
      expect(stuck.connections).to.equal(1);
      // It pauses before it tries again.
      await first.run();
      expect(stuck.connections).to.equal(1);
      log.rooms.clock.advance(MINUTE);
      await first.run();
      expect(stuck.connections).to.equal(2);
      expect(log.errors).to.have.length(2);
      return stuck.url;
    })();
    await using server = await streamReceiver('tcp');
    // The same receiver, mended: what is kept of it is by its address.
    const [row] = (await log.rooms.store.find(auditDeliveries, everything)).docs;
    if (!row) throw new Error('nothing is kept of the receiver');
    await log.rooms.store.insert(auditDeliveries, { ...row, id: row.id.replace(job, server.url) });
    log.rooms.clock.advance(MINUTE);
    await run(exporting(server.url));
    expect(server.messages).to.have.length(1001);
  });

  it('sends again what may not have been read when the connection broke', async () => {
    const url = await (async () => {
      await using breaking = await streamReceiver('tcp', { breakAfter: 2000 });
      const job = exporting(breaking.url);
      await run(job);
      await writeAndChain(100);
      expect(await job.run()).to.equal(false);
      return breaking.url;
    })();
    const row = await log.rooms.store.get(auditDeliveries, `audit.export ${url}`);
    expect(row).to.include({ sequence: 0, failures: 1 });
  });

  it('believes no server whose certificate is not of the authority that was named', async () => {
    await using server = await streamReceiver('tls');
    const job = exporting(server.url, { ca: '' });
    await run(job);
    await writeAndChain(1);
    await run(job);
    expect(server.messages).to.deep.equal([]);
    expect(log.errors).to.have.length(1);
  });

  it('ends at once when the server stops', async () => {
    await using stuck = await streamReceiver('tcp', { stuck: true });
    const job = exporting(stuck.url, { patience: 600_000 });
    await run(job);
    await writeAndChain(1);
    const running = job.run();
    stopping.abort();
    expect(await running).to.equal(false);
  });
});

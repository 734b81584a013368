import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { auditBatches, auditChain } from '../../src/audit/batch.ts';
import { headsIn } from '../../src/audit/heads.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { HOUR, MINUTE } from '../../src/kernel/clock.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { eq, everything } from '../../src/store/query.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { streamReceiver } from './syslog-receiver.ts';
import type { SyslogReceiver } from './syslog-receiver.ts';

const AUDITOR = 'auditor@example.test';

describe('heads of the audit log', function () {
  this.timeout(30_000);
  let folder: string;
  let file: string;
  let syslog: SyslogReceiver;
  let w: World;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    file = join(folder, 'heads');
    syslog = await streamReceiver('tcp');
    const to = [{ mail: AUDITOR }, { file }, { syslog: syslog.url }];
    w = await world({ config: { audit: { heads: { to } } } });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await syslog[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const verify = (text: string) => verifyAudit({ ...w.app.foundation, keep: 0 }, headsIn(text));
  const written = () => readFile(file, 'utf8');

  it('leave the machine every hour by mail, into a file and by syslog, and are what the chain says', async () => {
    await w.person('anna');
    await w.later(MINUTE);
    await w.later(MINUTE);
    await w.later(HOUR);
    await w.person('berta');
    await w.later(MINUTE);
    await w.later(HOUR);
    const mails = (await w.mail.to(AUDITOR)).mails;
    const places = [mails.map(({ text }) => text).join('\n'), await written(), syslog.messages.join('\n')];
    for (const text of places) {
      expect(headsIn(text).length).to.be.within(2, 4);
      expect(await verify(text)).to.deep.include({ faults: [] });
    }
    const [first] = mails;
    expect(first?.subject).to.equal('State of the audit log');
    expect(first?.text)
      .to.match(/The audit log holds \d+ events? since it began/)
      .and.include('--heads FILE');
    expect(syslog.messages[0]).to.match(/^<109>1 \S+ \S+ latchkey \d+ audit\.head - latchkey-audit-head:1:/);
  });

  it('leave also while nothing happens, so that their absence tells', async () => {
    const before = (await w.mail.to(AUDITOR)).mails.length;
    await w.later(HOUR);
    expect((await w.mail.to(AUDITOR)).mails.length).to.be.greaterThan(before);
  });

  it('go on where one place cannot be reached, which is served once it can', async () => {
    await syslog[Symbol.asyncDispose]();
    const lines = (await written()).split('\n').length;
    await w.later(HOUR);
    expect((await written()).split('\n').length).to.be.greaterThan(lines);
    expect(w.lines.filter(({ message }) => message.includes('cannot be delivered'))).not.to.deep.equal([]);
    syslog = await streamReceiver('tcp');
  });

  it('find that the log was begun anew by somebody with our keys', async () => {
    const { store } = w.app.foundation;
    const kept = await written();
    await store.removeAll(auditEvents, everything);
    await store.removeAll(auditBatches, everything);
    await store.removeAll(auditChain, everything);
    await w.person('carla');
    await w.later(MINUTE);
    expect((await verify('')).faults).to.deep.equal([]);
    expect((await verify(kept)).faults.map(({ kind }) => kind)).to.include('head_rewritten');
    expect(await store.count(outbox, eq('template', 'audit/head'))).to.be.greaterThan(0);
  });
});

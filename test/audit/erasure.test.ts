import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { chainNext } from '../../src/audit/chaining.ts';
import { auditCollections } from '../../src/audit/collections.ts';
import { erasing, erasureJob } from '../../src/audit/erasing.ts';
import { createHistory } from '../../src/audit/history.ts';
import { createAudit } from '../../src/audit/log.ts';
import { auditKeys } from '../../src/audit/person-keys.ts';
import type { StoredEvent } from '../../src/audit/record.ts';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openStore } from '../../src/store/open.ts';
import { testClock } from '../support/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import { testSecrets } from '../support/rooms.ts';
import { chainedLog } from './chained-log.ts';
import type { ChainedLog } from './chained-log.ts';

const FROM = { address: '192.0.2.7', agent: 'a browser of hers' };

onEveryEngine('what is personal in the audit log', (engine) => {
  let log: ChainedLog;
  beforeEach(async () => {
    log = await chainedLog(engine);
  });
  afterEach(async () => {
    await log[Symbol.asyncDispose]();
  });

  const erase = async (person: string): Promise<void> => {
    await log.rooms.commit(await erasing(log.rooms, person, 'cli'));
    log.rooms.clock.advance(1);
  };
  const addresses = async () =>
    (await log.opened()).flatMap(({ subject, address }) => (address === undefined ? [] : [subject, address]));

  it('rests sealed, before it is chained and after, and can be read all the same', async () => {
    await log.write([FROM, { subject: 'bert', address: '192.0.2.8' }]);
    for (const chain of [async () => undefined, () => log.chain()]) {
      await chain();
      expect(JSON.stringify(await log.stored()))
        .not.to.include('192.0.2')
        .and.not.to.include('hers');
      expect((await log.opened())[0]).to.include(FROM);
    }
    expect((await log.stored())[0]).to.not.have.property('written');
  });

  it('of one person cannot be read once it was erased, while the chain still verifies and the events are found', async () => {
    await log.write([FROM, { subject: 'bert', address: '192.0.2.8' }]);
    await log.chain();
    const head = await log.head();
    await erase('anna');
    await log.chain();
    expect(await log.wrong([head])).to.deep.equal([]);
    expect(await addresses()).to.deep.equal(['bert', '192.0.2.8']);
    const found = await createHistory(log.rooms.store, log.rooms.secrets).of('anna', new Set(['signin.success']), 5);
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ erased: true }).and.not.have.any.keys('address', 'agent');
  });

  it('is erased with what was written and not chained yet, and with what is chained at that moment', async () => {
    await log.write([FROM]);
    await erase('anna');
    await log.chain();
    expect(await addresses()).to.deep.equal([]);

    await log.write([FROM]);
    log.rooms.clock.advance(MINUTE);
    const { store } = log.rooms;
    const interrupted = {
      ...store,
      commit: async (changes: Parameters<typeof store.commit>[0]) => {
        await erase('anna');
        return store.commit(changes);
      },
    };
    await chainNext({ ...log.parts, store: interrupted });
    await log.chain();
    expect(await addresses()).to.deep.equal([]);
    expect(await log.wrong()).to.deep.equal([]);
  });

  it('is kept again of what somebody does after it, under another key', async () => {
    await log.write([FROM]);
    await log.chain();
    await erase('anna');
    await log.write([{ address: '192.0.2.9' }]);
    await log.chain();
    expect(await addresses()).to.deep.equal(['anna', '192.0.2.9']);
  });

  it('of whoever acts is theirs, and a personal reason that of whom it is about', async () => {
    const types = { 'pass.issued': { about: '', carries: ['subject', 'reason'], personalReason: true } } as const;
    const audit = createAudit(types, log.rooms.clock, systemRandom, log.rooms.secrets);
    const event = { type: 'pass.issued', result: 'success', subject: 'anna', reason: 'showed her passport' } as const;
    await log.rooms.commit([audit.event({ ...event, actor: 'helper', address: '192.0.2.1' })]);
    await log.chain();
    expect((await log.opened())[0]).to.include({ reason: 'showed her passport', address: '192.0.2.1' });
    expect(JSON.stringify(await log.stored())).not.to.include('passport');
    await erase('anna');
    expect((await log.opened())[0])
      .to.include({ address: '192.0.2.1' })
      .and.not.have.property('reason');
    await erase('helper');
    expect((await log.opened())[0]).to.not.have.property('address');
  });

  it('of strangers can be read for as long as it is kept', async () => {
    const audit = createAudit(hostEvents, log.rooms.clock, systemRandom, log.rooms.secrets);
    await log.rooms.commit([audit.event({ type: 'signin.failure', result: 'failure', address: '192.0.2.66' })]);
    await log.chain();
    expect(JSON.stringify(await log.stored())).not.to.include('192.0.2.66');
    expect(await addresses()).to.deep.equal([undefined, '192.0.2.66']);
  });

  it('of a deleted person is erased a while later, by itself', async () => {
    const { rooms } = log;
    const anna = await rooms.person({ userName: 'anna' });
    await log.write([{ subject: anna.id, ...FROM }]);
    await rooms.commit(await rooms.directory.people.deleting(anna, { actor: 'cli', address: '192.0.2.5' }));
    await log.chain();
    const job = erasureJob({ ...rooms, after: 30 * DAY });
    rooms.clock.advance(29 * DAY);
    await job.run();
    expect(await addresses()).to.include('192.0.2.7');
    rooms.clock.advance(DAY);
    await job.run();
    expect(await addresses()).to.deep.equal([]);
    await log.chain();
    await job.run();
    expect((await log.opened()).filter(({ type }) => type === 'audit.erased')).to.have.length(1);
    expect(await log.wrong()).to.deep.equal([]);
    expect(await rooms.store.get(auditKeys, anna.id)).to.not.have.any.keys('sealed', 'keyId', 'deletedAt');
  });
});

describe('what was erased from the audit log on SQLite', () => {
  it('is in no file of the store once it was closed: neither the key nor what the master key sealed before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    const clock = testClock();
    const secrets = testSecrets();
    const collections = [...auditCollections];
    const store = await openStore({ url: `sqlite:${join(folder, 'store.db')}`, collections, migrations: [], clock });
    const audit = createAudit(hostEvents, clock, systemRandom, secrets);
    const silent = () => undefined;
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const gone: string[] = [];
    for (let n = 0; n < 300; n += 1) {
      const subject = n % 3 === 0 ? 'anna' : `p${String(n)}`;
      const event = audit.event({ type: 'signin.success', result: 'success', subject, ...FROM });
      await store.commit([event]);
      if (subject === 'anna' && event.kind === 'insert') gone.push((event.doc as StoredEvent).written ?? '');
    }
    clock.advance(MINUTE);
    while (await chainNext({ store, secrets, clock, random: systemRandom, log }));
    gone.push((await store.get(auditKeys, 'anna'))?.sealed ?? '');
    await store.commit(await erasing({ store, clock, audit }, 'anna', 'cli'));
    await store.close();
    expect(gone.every((text) => text.length > 40)).to.equal(true);
    for (const file of await readdir(folder)) {
      const bytes = await readFile(join(folder, file));
      expect(gone.filter((text) => bytes.includes(text)).length, file).to.equal(0);
    }
    await rm(folder, { recursive: true });
  });
});

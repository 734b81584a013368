import { expect } from 'chai';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { chainingJob, chainNext } from '../../src/audit/chaining.ts';
import type { ChainParts } from '../../src/audit/chaining.ts';
import { createAudit } from '../../src/audit/log.ts';
import { FRESH } from '../../src/audit/record.ts';
import { MINUTE, SECOND } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openStore } from '../../src/store/open.ts';
import { onEveryEngine } from '../support/engines.ts';
import { roomCollections } from '../support/rooms.ts';
import { chainedLog } from './chained-log.ts';
import type { ChainedLog } from './chained-log.ts';

const WRITERS = 4;
const EACH = 60;

onEveryEngine('the chain of the audit log', (engine) => {
  let log: ChainedLog;
  beforeEach(async () => {
    log = await chainedLog(engine);
  });
  afterEach(async () => {
    await log[Symbol.asyncDispose]();
  });

  it('takes in nothing that others of the same time may still come before', async () => {
    await log.write([{}]);
    log.rooms.clock.advance(2 * SECOND);
    await chainingJob(log.parts).run();
    expect((await log.stored()).map(({ batch }) => batch)).to.deep.equal([FRESH]);
    expect((await log.verify()).waiting).to.include({ count: 1 });
    log.rooms.clock.advance(2 * SECOND);
    await chainingJob(log.parts).run();
    expect((await log.verify()).waiting).to.deep.equal({ count: 0 });
  });

  it('takes in an event that comes late, behind those that were chained before it', async () => {
    const late = log.rooms.audit.event({ type: 'signin.success', result: 'success', reason: 'late' });
    await log.write([{ reason: 'in time' }]);
    await log.chain();
    await log.rooms.commit([late]);
    await log.chain();
    const chained = (await log.stored()).map(({ reason, batch }) => [reason, Number(batch)]);
    expect(chained).to.deep.equal([
      ['late', 2],
      ['in time', 1],
    ]);
    expect(await log.wrong()).to.deep.equal([]);
  });

  it('writes nothing while there is nothing to chain', async () => {
    await log.write([{}]);
    await log.chain();
    const before = await log.batches();
    await log.chain();
    expect(await log.batches()).to.deep.equal(before);
  });

  it('is left to another node while one is at it, and taken up again when that one died', async () => {
    await log.write([{}]);
    log.rooms.clock.advance(MINUTE);
    let died = false;
    const dying: ChainParts = {
      ...log.parts,
      store: {
        ...log.rooms.store,
        commit: () => {
          died = true;
          return Promise.reject(new Error('the process died'));
        },
      },
    };
    await chainNext(dying).catch(() => undefined);
    expect(died).to.equal(true);
    await chainNext(log.parts);
    expect(await log.batches()).to.deep.equal([]);
    log.rooms.clock.advance(MINUTE);
    await chainNext(log.parts);
    expect(await log.batches()).to.have.length(1);
    expect(await log.wrong()).to.deep.equal([]);
  });

  it('skips nothing and takes nothing twice, whatever writers and nodes do at once', async () => {
    const url = log.rooms.url;
    const nodes = await Promise.all(
      Array.from({ length: 2 }, () =>
        openStore({ url, collections: roomCollections, migrations: [], clock: log.rooms.clock }),
      ),
    );
    let writing = WRITERS;
    const written = new Set<string>();
    const write = async (writer: number): Promise<void> => {
      const store = nodes[writer % nodes.length] ?? log.rooms.store;
      const audit = createAudit(hostEvents, log.rooms.clock, systemRandom, log.rooms.secrets);
      for (let n = 0; n < EACH; n += 1) {
        const reason = `${String(writer)}.${String(n)}`;
        const event = audit.event({ type: 'signin.success', result: 'success', subject: `p${String(n % 7)}`, reason });
        // Some are committed long after they were made.
        if (n % 5 === writer) await new Promise((resolve) => setImmediate(resolve));
        if (n % 9 === writer) log.rooms.clock.advance(2 * SECOND);
        await store.commit([event]);
        written.add(reason);
      }
      writing -= 1;
    };
    const chain = async (store: (typeof nodes)[number]): Promise<void> => {
      while (writing > 0) {
        await chainNext({ ...log.parts, store });
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const found: unknown[] = [];
    const verify = async (): Promise<void> => {
      while (writing > 0) {
        found.push(...(await log.verify()).faults);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all([...Array.from({ length: WRITERS }, (_, n) => write(n)), ...nodes.map(chain), verify()]);
    expect(found, 'verified meanwhile').to.deep.equal([]);
    await log.chain();
    for (const node of nodes) await node.close();
    const stored = await log.stored();
    expect(stored.map(({ reason }) => reason)).to.have.members([...written]);
    expect(stored).to.have.length(WRITERS * EACH);
    const counted = (await log.batches()).reduce((sum, { count }) => sum + count, 0);
    expect(counted).to.equal(WRITERS * EACH);
    expect(await log.verify()).to.deep.include({ faults: [], events: WRITERS * EACH, waiting: { count: 0 } });
    expect((await log.opened()).every((event) => event.erased === undefined && event.foreign === undefined)).to.equal(
      true,
    );
  });
});

import { expect } from 'chai';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import { trackDurability } from '../../src/store/sqlite/durability.ts';
import { testClock } from '../support/clock.ts';
import { accounts } from '../support/store-samples.ts';
import { sqliteFolder } from '../support/store-sqlite.ts';
import { outcome } from '../support/store.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('durability on SQLite', () => {
  it('acknowledges nothing that the log did not hold when a sync began that has ended', async function () {
    this.timeout(120_000);
    await using folder = await sqliteFolder();
    const options = { collections: [accounts], migrations: [], clock: testClock() };
    let begun = 0;
    let ended = 0;
    const snapshot = (number: number): string => join(folder.path, String(number), 'store.db');

    // What a power cut would leave at least: the file and its log as they were when the sync began.
    const store = await openSqlite({
      ...options,
      file: folder.file,
      async syncWith(sync) {
        begun += 1;
        const number = begun;
        mkdirSync(join(folder.path, String(number)));
        copyFileSync(folder.file, snapshot(number));
        copyFileSync(`${folder.file}-wal`, `${snapshot(number)}-wal`);
        await sync();
        ended = number;
      },
    });
    const acknowledged: { readonly id: string; readonly by: number }[] = [];
    for (let wave = 0; wave < 6; wave += 1) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, caller) => {
          const id = `w${String(wave)}c${String(caller)}`;
          for (let pause = caller % 5; pause > 0; pause -= 1) await settle();
          await store.insert(accounts, { id, userName: id });
          await store.durable();
          acknowledged.push({ id, by: ended });
        }),
      );
    }
    await store.close();

    expect(begun, 'syncs are shared').to.be.lessThan(acknowledged.length);
    for (let number = 1; number <= ended; number += 1) {
      const reopened = await openSqlite({ ...options, file: snapshot(number) });
      for (const { id, by } of acknowledged) {
        if (by <= number)
          expect(await reopened.get(accounts, id), `${id} after sync ${String(number)}`).to.include({ id });
      }
      await reopened.close();
    }
  });

  /** A sync that ends when the test says so. */
  const heldSync = () => {
    const running: PromiseWithResolvers<undefined>[] = [];
    const sync = async (): Promise<void> => {
      const held = Promise.withResolvers<undefined>();
      running.push(held);
      await held.promise;
    };
    return { running, sync };
  };

  it('lets a commit made during a sync wait for the next one, which all who wait share', async () => {
    const { running, sync } = heldSync();
    const { committed, durable } = trackDurability(sync);
    const done: string[] = [];
    const wait = (name: string): Promise<void> => durable().then(() => void done.push(name));
    committed();
    const waiting = [wait('before')];
    committed();
    waiting.push(wait('during'), wait('also during'));
    await settle();
    expect(running).to.have.length(1);
    running[0]?.resolve(undefined);
    await settle();
    expect(done).to.deep.equal(['before']);
    expect(running).to.have.length(2);
    running[1]?.resolve(undefined);
    await Promise.all(waiting);
    expect(done).to.deep.equal(['before', 'during', 'also during']);
  });

  it('syncs nothing when nothing was committed since', async () => {
    const { running, sync } = heldSync();
    const { committed, durable } = trackDurability(sync);
    await durable();
    committed();
    const waiting = durable();
    running[0]?.resolve(undefined);
    await waiting;
    await durable();
    expect(running).to.have.length(1);
  });

  it('never acknowledges again once the disk has refused a sync', async () => {
    const { running, sync } = heldSync();
    const { committed, durable } = trackDurability(sync);
    committed();
    const refused = outcome(durable());
    running[0]?.reject(new Error('EIO'));
    expect(await refused).to.equal('unavailable');
    committed();
    expect(await outcome(durable())).to.equal('unavailable');
    expect(running).to.have.length(1);
  });
});

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { writebacks } from '../../plugins/ldap/collections.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Collection, Store } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { accountOf, directoryWorld, eventsOf } from '../ldap/directory-world.ts';
import type { TestClock } from '../support/clock.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { anotherSlapd } from '../support/directories/slapd.ts';
import { roomyFolder } from '../support/roomy-folder.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';

describeOnSlapd('Of two servers of a directory, of which one has heard of nothing yet,', (slapd) => {
  let other: DirectoryServer;
  let folder: string;

  before(async () => {
    other = await anotherSlapd();
    folder = await roomyFolder('authorities');
  });
  after(async () => {
    await other.kill();
    await rm(folder, { recursive: true });
  });

  it('the one that took a password proves it, though the other is asked first and is there again', async () => {
    const ca = join(folder, 'both.pem');
    await writeFile(ca, `${await readFile(slapd().caFile, 'utf8')}\n${await readFile(other.caFile, 'utf8')}`);
    let isBack = false;
    const begun: { clock?: TestClock } = {};
    const wrapStore = (store: Store): Store =>
      new Proxy(store, {
        get(target, name): unknown {
          const member: unknown = Reflect.get(target, name);
          if (name !== 'insert' || typeof member !== 'function') return member;
          return async (...given: unknown[]): Promise<unknown> => {
            if ((given[0] as Collection).name === writebacks.name) {
              await other.restart();
              // By now it is tried again, and before the one that is written to.
              begun.clock?.advance(MINUTE);
              isBack = true;
            }
            return Reflect.apply(member as (...all: unknown[]) => unknown, target, given);
          };
        },
      });
    const servers = [other.ldapsUrl, slapd().ldapsUrl];
    await using world = await directoryWorld(slapd(), { directory: { servers, ca }, surroundings: { wrapStore } });
    const { dn, person } = await world.joins({ name: 'ada' });
    begun.clock = world.clock;
    await other.kill();
    const { directory, store } = world.app.foundation;
    await store.commit(await directory.passwords.set(await accountOf(world, person), NEXT, 'reset'));
    expect(isBack).to.equal(true);
    expect(await slapd().bind(dn, NEXT)).to.include({ ok: true });
    expect(await other.bind(dn, NEXT)).to.include({ ok: false });
    expect(await store.count(writebacks, everything)).to.equal(0);
    const [event] = await eventsOf(world, person, 'directory.written');
    expect(event?.reason).to.include(slapd().ldapsUrl);
  });
});

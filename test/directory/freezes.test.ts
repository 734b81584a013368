import { expect } from 'chai';
import { Conflict } from '../../src/store/port.ts';
import type { Freezing } from '../../src/directory/freezes.ts';
import { onEveryEngine } from '../support/engines.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const BY = { address: '192.0.2.1' };
const OWNER = { adminRoles: ['owner'] };

onEveryEngine('a frozen account', (engine) => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms(undefined, undefined, engine);
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  /** As callers do: read anew where somebody else was faster. */
  const freeze = async (id: string, since = r.clock.now()): Promise<Freezing['outcome']> => {
    for (;;) {
      const { outcome, changes } = await r.directory.freezes.freezing(id, since, BY);
      try {
        await r.commit(changes);
        return outcome;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
  };
  const epochOf = async (id: string) => (await r.directory.people.byId(id))?.epoch;

  it('has everything that was signed in ended, and the log says so', async () => {
    const { id, epoch } = await r.person({ userName: 'anna' });
    expect(await freeze(id)).to.equal('frozen');
    expect(await epochOf(id)).to.equal(epoch + 1);
    expect((await r.events()).at(-1)).to.include({ type: 'person.frozen', subject: id });
  });

  it('is not believed from the earliest thing on that its owner disowned', async () => {
    const { id } = await r.person({ userName: 'anna' });
    await freeze(id, 2000);
    expect(await freeze(id, 1000)).to.equal('frozen before');
    await freeze(id, 3000);
    expect(await r.directory.freezes.of(id)).to.include({ since: 1000 });
  });

  it('opens again with a line in the log that says by what, and not where it was disowned again meanwhile', async () => {
    const { id } = await r.person({ userName: 'anna' });
    await freeze(id, 2000);
    const late = await r.directory.freezes.ending(id, { reason: 'reset' });
    await freeze(id, 1000);
    expect(await r.commit(late).catch((error: unknown) => error)).to.be.instanceOf(Conflict);
    await r.commit(await r.directory.freezes.ending(id, { reason: 'reset' }));
    expect(await r.directory.freezes.of(id)).to.equal(undefined);
    expect((await r.events()).at(-1)).to.include({ type: 'person.unfrozen', reason: 'reset' });
    expect(await r.directory.freezes.ending(id, { reason: 'reset' })).to.deep.equal([]);
  });

  it('is never that of the last owner who could sign in, who is signed out instead', async () => {
    const carol = await r.person({ userName: 'carol', ...OWNER });
    await r.person({ userName: 'gone', ...OWNER, active: false });
    await r.person({ userName: 'robot', ...OWNER, kind: 'service' });
    const dora = await r.person({ userName: 'dora', ...OWNER });
    expect(await freeze(dora.id)).to.equal('frozen');
    expect(await freeze(carol.id)).to.equal('spared');
    expect(await r.directory.freezes.of(carol.id)).to.equal(undefined);
    expect(await epochOf(carol.id)).to.equal(carol.epoch + 1);
    expect((await r.events()).at(-1)).to.include({ type: 'person.spared', subject: carol.id });
  });

  it('is that of one owner where two are frozen at once', async () => {
    const owners = [await r.person({ userName: 'carol', ...OWNER }), await r.person({ userName: 'dora', ...OWNER })];
    const outcomes = await Promise.all(owners.map(({ id }) => freeze(id)));
    expect(outcomes.sort()).to.deep.equal(['frozen', 'spared']);
  });

  it('leaves the administrators to be told, without those who cannot sign in', async () => {
    await r.person({ userName: 'anna' });
    await r.person({ userName: 'gone', ...OWNER, active: false });
    await r.person({ userName: 'dora', adminRoles: ['help desk', 'auditor'] });
    const told = (await r.directory.accounts.administrators?.())?.map(({ userName }) => userName);
    expect(told).to.deep.equal(['dora']);
  });
});

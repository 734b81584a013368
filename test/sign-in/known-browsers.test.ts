import { expect } from 'chai';
import { knownBrowsers } from '../../src/sign-in/known-browsers.ts';
import { eq } from '../../src/store/query.ts';
import { providerWorld, type ProviderWorld } from '../support/provider-world.ts';

const DAY = 86_400_000;

describe('a browser', () => {
  let world: ProviderWorld;
  beforeEach(async () => {
    world = await providerWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const signsIn = async (browser: string): Promise<void> => {
    const { id, epoch } = (await world.directory.people.byId(world.alice.id)) ?? world.alice;
    await world.store.commit(await world.knownBrowsers.signedIn(browser, { id, epoch }));
  };
  const isKnown = (browser: string) => world.knownBrowsers.knows(browser, world.alice.id);

  it('is known for a year after a sign-in, and longer when there is another', async () => {
    await signsIn('desk');
    world.clock.advance(300 * DAY);
    await signsIn('desk');
    world.clock.advance(300 * DAY);
    expect(await isKnown('desk')).to.equal(true);
    world.clock.advance(66 * DAY);
    expect(await isKnown('desk')).to.equal(false);
    expect(await isKnown('never seen')).to.equal(false);
  });

  it('is known for one person and not for another', async () => {
    const bob = await world.person({ userName: 'bob' });
    await signsIn('desk');
    expect(await world.knownBrowsers.knows('desk', bob.id)).to.equal(false);
    expect(await world.knownBrowsers.people('desk')).to.deep.equal([world.alice.id]);
  });

  it('is forgotten with everything else of a person, and cannot be made known by a sign-in of before', async () => {
    const { id, epoch } = world.alice;
    await signsIn('desk');
    await world.endEverything(id);
    expect(await isKnown('desk')).to.equal(false);
    await world.store.commit([world.knownBrowsers.remembering('attic', { id, epoch })]);
    expect(await isKnown('attic')).to.equal(false);
    expect(await world.knownBrowsers.people('attic')).to.deep.equal([]);
    await signsIn('desk');
    expect(await isKnown('desk')).to.equal(true);
  });

  it('can be forgotten by name of the person', async () => {
    await signsIn('desk');
    await signsIn('phone');
    await world.store.commit(await world.knownBrowsers.forgetting(world.alice.id));
    expect(await isKnown('desk')).to.equal(false);
    expect(await isKnown('phone')).to.equal(false);
  });

  it('is one of fifty at most for a person: the longest unused is forgotten', async () => {
    for (let at = 0; at < 55; at += 1) {
      world.clock.advance(1000);
      await signsIn(`browser ${String(at)}`);
    }
    expect(await isKnown('browser 0')).to.equal(false);
    expect(await isKnown('browser 54')).to.equal(true);
    expect(await world.store.count(knownBrowsers, eq('accountId', world.alice.id))).to.equal(50);
  });
});

import { expect } from 'chai';
import { useWorld } from '../support/world.ts';

const HOUR = 3_600_000;

describe('Bob leaves a sign-in open and comes back much later', () => {
  const world = useWorld();

  it('is led back to the app from the page of a plugin too', async () => {
    const bob = await world().person('bob');
    await bob.signsIn();
    const { pathname } = await bob.browser.url();
    expect(pathname).to.match(/^\/interaction\/[^/]+\/.+/);
    await world().later(2 * HOUR);
    await bob.browser.reload();
    expect(bob.browser.status).to.equal(400);
    expect(await bob.browser.offers('Go back to The app')).to.equal(true);
  });
});

import { expect } from 'chai';
import { world } from '../support/world.ts';
import type { ConfigTree, World } from '../support/world.ts';
import { startsReset } from './registering.ts';

const HAVE = 'I have a pass from the help desk';

describe('the offer to type a pass', () => {
  const offered = async (w: World, name: string): Promise<boolean> => {
    const browser = w.browser();
    await startsReset(w, browser, name);
    expect(await browser.field('one-time-code')).not.to.equal(undefined);
    return browser.offers(HAVE);
  };

  const inWorld = async (sspr: ConfigTree, names: readonly string[]): Promise<readonly boolean[]> => {
    await using w = await world({ sspr: { policies: [{ name: 'everybody', methods: ['email'] }], ...sspr } });
    await w.person('anna', { registered: true });
    return await Promise.all(names.map((name) => offered(w, name)));
  };

  it('stands beside the first gate, whoever was named, and there is still nothing to choose', async () => {
    expect(await inWorld({}, ['anna', 'nobody'])).to.deep.equal([true, true]);
  });

  it('is gone where no help desk issues any', async () => {
    expect(await inWorld({ pass: { offered: false } }, ['anna', 'nobody'])).to.deep.equal([false, false]);
  });
});

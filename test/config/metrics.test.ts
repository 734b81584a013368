import { expect } from 'chai';
import { configWorld } from './world.ts';
import type { ConfigWorld } from './world.ts';

const yaml = (token: string): string => `metrics: { token: "plain:${token}" }\n`;

describe('The token of figures', () => {
  let world: ConfigWorld;
  before(async () => {
    world = await configWorld();
  });
  after(() => world.remove());

  it('is taken where nobody could guess it, and nothing is told without one', async () => {
    expect((await world.load('')).metrics).to.equal(undefined);
    const config = await world.load(yaml('3f1c9a7be2d84056a1b7c8d9e0f12345'));
    expect(config.metrics?.token.reveal()).to.have.lengthOf(32);
  });

  it('is refused where it is short, or the same few characters, or could not be sent', async () => {
    const tokens = ['', 'secret', 'prometheus-reads-it-here', 'ab'.repeat(40), `${'3f1c9a7be2d84056'.repeat(2)} ä`];
    for (const token of tokens) {
      const faults = await world.faults(yaml(token));
      expect(faults.map(({ path }) => path)).to.deep.equal(['metrics.token']);
      if (token !== '') expect(JSON.stringify(faults)).to.not.include(token);
    }
  });

  it('does not go with several processes, each of which would tell of itself', async () => {
    const faults = await world.faults(`${yaml('3f1c9a7be2d84056a1b7c8d9e0f12345')}http: { workers: 2 }\n`);
    expect(faults.map(({ path }) => path)).to.deep.equal(['http.workers']);
  });
});

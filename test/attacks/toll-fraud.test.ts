import { expect } from 'chai';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import type { Person } from '../support/person.ts';
import { openTelephones } from '../support/telephones.ts';
import type { Telephones } from '../support/telephones.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const A_DAY = 10;

const AGAIN = ['Take another number or send it again', 'Take another number or call again'];

describe('Mallory, who earns by every message to numbers of her choice,', () => {
  let telephones: Telephones;
  let w: World;

  before(async function () {
    this.timeout(60_000);
    telephones = await openTelephones();
    const policies = [{ name: 'everybody', methods: ['sms', 'voice'], enforcement: 'nag' }];
    const sspr = { policies, sms: { country: 'DE' }, voice: { country: 'DE' } };
    w = await world({ config: telephones.config, sspr });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await telephones[Symbol.asyncDispose]();
  });

  /** In a session of its own, as though each number were hers: each is another, and none was ever used before. */
  const names = async (mallory: Person, way: string, numbers: readonly string[]): Promise<void> => {
    const { browser } = mallory.with(w.browser());
    await mallory.with(browser).signsIn();
    await browser.follow(way);
    for (const number of numbers) {
      await browser.submit({ tel: number });
      await w.settle();
      for (const button of AGAIN) if (await browser.offers(button)) await browser.submit({}, button);
    }
  };

  const numbers = (from: number, count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => `+4917012345${String(from + at)}`);

  it('gets ten texts and calls in a day altogether, however many numbers she names as her own', async () => {
    const mallory = await w.person('mallory');
    await names(mallory, 'Add a mobile phone', numbers(10, 6));
    await w.later(11 * MINUTE);
    await names(mallory, 'Add a phone', numbers(30, 6));
    await w.later(11 * MINUTE);
    await names(mallory, 'Add a mobile phone', numbers(50, 6));
    const made = () => new Set(telephones.carrier.asked.map(({ fields }) => fields['To'])).size;
    expect(telephones.carrier.asked).to.have.length(A_DAY);
    expect(made()).to.equal(A_DAY);
    expect(telephones.carrier.asked.filter(({ resource }) => resource === 'Calls')).to.have.length(A_DAY - 6);
    await w.later(DAY);
    await names(mallory, 'Add a mobile phone', numbers(70, 1));
    expect(made()).to.equal(A_DAY + 1);
  });
});

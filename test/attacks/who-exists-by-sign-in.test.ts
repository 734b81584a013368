import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { countedWork, type Work } from '../support/work.ts';
import { world, type World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

/** Wrong passwords at the page of a sign-in, so many that it pauses: what each of them cost. */
const wrongPasswords = async (w: World, work: Work, name: string): Promise<readonly (readonly string[])[]> => {
  const browser = w.browser();
  await browser.open(await w.party.authorizationUrl());
  const steps = [];
  for (let count = 0; count < 12; count += 1) {
    const typed = { username: name, 'current-password': `a wrong one ${String(count)}` };
    const { url, fields } = browser.prepared(typed);
    steps.push(await work.during(() => sendForm(browser, url, new URLSearchParams(fields).toString())));
    await w.settle();
  }
  return steps;
};

/** Slow hashes: they are what takes time that can be measured from afar. */
const hashes = (steps: readonly (readonly string[])[]): readonly number[] =>
  steps.map((step) => step.filter((one) => one === 'slow hash').length);

onEveryEngine('a stranger who tries passwords at the page of a sign-in', (store) => {
  it('costs as many slow hashes for somebody as for nobody and for a service account, paused or not', async () => {
    const work = countedWork();
    await using w = await world({ store, surroundings: work.surroundings });
    const somebody = await w.person('somebody', { registered: true });
    await w.person('robot', { kind: 'service' });
    await w.person('left', { active: false });
    const hers = hashes(await wrongPasswords(w, work, somebody.userName));
    expect(hers.slice(0, 10)).to.deep.equal(Array.from({ length: 10 }, () => 1));
    for (const name of ['nobody', 'robot', 'left']) {
      expect(hashes(await wrongPasswords(w, work, name)), name).to.deep.equal(hers);
    }
  });
});

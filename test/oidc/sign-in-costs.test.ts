import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { countedWork } from '../support/work.ts';
import { world } from '../support/world.ts';

const WRITES = /^(insert|swap|commit|remove|take|increment)\b/;
const LOOKS = /^(get|find) people$/;

onEveryEngine('what a whole sign-in asks of the store', (store) => {
  it('is ten writes, a refresh token among them, and seven looks at the person, however many prompts there are', async () => {
    const work = countedWork();
    await using w = await world({ store, surroundings: work.surroundings });
    const ann = await w.person('ann', { registered: true });
    await w.settle();
    const steps = await work.during(() => ann.signsIn());
    expect(steps.filter((step) => WRITES.test(step))).to.have.lengthOf(10, steps.join('\n'));
    expect(steps.filter((step) => LOOKS.test(step))).to.have.lengthOf(7, steps.join('\n'));
  });
});

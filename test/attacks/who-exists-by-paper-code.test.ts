import { expect } from 'chai';
import { flows } from '../../plugins/sspr/collections.ts';
import { everything } from '../../src/store/query.ts';
import { startsReset } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import { pass } from '../support/passes.ts';
import { hasRecoveryCodes } from '../support/recovery-codes.ts';
import { countedWork } from '../support/work.ts';
import type { Work } from '../support/work.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const GATES = { recovery: 'Type a recovery code', pass: 'I have a pass from the help desk' } as const;
const PRESSED = { recovery: 'Check the code', pass: 'Use the pass' } as const;

type Gate = keyof typeof GATES;

const PEOPLE = ['nobody', 'somebody', 'last'] as const;

/** What the requests of a stranger cost who asks for the gate and types six times what is wrong. */
const walk = async (w: World, work: Work, name: string, gate: Gate): Promise<readonly (readonly string[])[]> => {
  const browser = w.browser();
  await startsReset(w, browser, name);
  const steps = [await work.during(() => browser.submit({}, GATES[gate]))];
  await w.settle();
  const { url, fields } = browser.prepared({ 'one-time-code': '0000-0000-0000-0000' }, PRESSED[gate]);
  for (let count = 0; count < 6; count += 1) {
    steps.push(await work.during(() => sendForm(browser, url, new URLSearchParams(fields).toString())));
    await w.settle();
  }
  return steps;
};

onEveryEngine('a stranger who types recovery codes and passes', (engine) => {
  const opened = async (work: Work): Promise<World> => {
    const w = await world({
      store: engine,
      sspr: { policies: [{ name: 'everybody', methods: ['recovery', 'email'] }] },
      surroundings: work.surroundings,
    });
    const somebody = await w.person('somebody');
    await hasRecoveryCodes(w, somebody);
    await pass(w, somebody);
    await hasRecoveryCodes(w, await w.person('last'), 1);
    return w;
  };

  it('costs the same work whether there are any or not, and whether there is anybody', async () => {
    const work = countedWork();
    await using w = await opened(work);
    for (const gate of ['recovery', 'pass'] as const) {
      const nobody = await walk(w, work, 'nobody', gate);
      expect(nobody.flat()).not.to.deep.equal([]);
      for (const name of PEOPLE) expect(await walk(w, work, name, gate), `${gate} of ${name}`).to.deep.equal(nobody);
    }
  });

  it('leaves as much behind to judge an answer by, of the same length', async () => {
    const work = countedWork();
    await using w = await opened(work);
    for (const gate of ['recovery', 'pass'] as const) {
      for (const name of PEOPLE) await walk(w, work, name, gate);
    }
    const { docs } = await w.app.foundation.store.find(flows, everything, { limit: 1000 });
    for (const [gate, field, length] of [
      ['recovery', 'codes', 10 * 44 - 1],
      ['pass', 'hash', 43],
    ] as const) {
      const left = docs.flatMap(({ challenges }) =>
        challenges.filter(({ method }) => method === gate).map(({ data }) => data[field]),
      );
      expect(left, gate).to.have.length(PEOPLE.length);
      for (const one of left) expect(one).to.be.a('string').with.length(length);
    }
  });
});

import { expect } from 'chai';
import { flows } from '../../plugins/sspr/collections.ts';
import { everything } from '../../src/store/query.ts';
import { startsReset } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import { hasApp } from '../support/second-factor.ts';
import { codeGenerator } from '../support/tokens.ts';
import { countedWork } from '../support/work.ts';
import type { Work } from '../support/work.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const GATES = { totp: 'Type a code from the app', token: 'Type a code from the device' } as const;

type Gate = keyof typeof GATES;

/** What the requests of a stranger cost who asks for the gate and types six wrong codes, the last one too many. */
const walk = async (w: World, work: Work, name: string, gate: Gate): Promise<readonly (readonly string[])[]> => {
  const browser = w.browser();
  await startsReset(w, browser, name);
  const steps = [await work.during(() => browser.submit({}, GATES[gate]))];
  await w.settle();
  const { url, fields } = browser.prepared({ 'one-time-code': 'no code' }, 'Check the code');
  for (let count = 0; count < 6; count += 1) {
    steps.push(await work.during(() => sendForm(browser, url, new URLSearchParams(fields).toString())));
    await w.settle();
  }
  return steps;
};

onEveryEngine('a stranger who asks for the code of an app or a device', (engine) => {
  const opened = async (work: Work): Promise<World> => {
    const w = await world({
      store: engine,
      sspr: { policies: [{ name: 'everybody', methods: ['totp', 'token'] }] },
      surroundings: work.surroundings,
    });
    const somebody = await w.person('somebody');
    await hasApp(w, somebody);
    await hasApp(w, somebody, 'tablet');
    const bearer = await w.person('bearer');
    const { code } = await codeGenerator(w, bearer.userName, 'B-1');
    await bearer.signsIn();
    await bearer.browser.follow('Activate the device');
    await bearer.browser.submit({}, 'Go on to the code');
    await bearer.browser.submit({ 'First code': code(0), 'Next code': code(1) });
    expect(await bearer.browser.heading()).to.equal('Signed in to the app');
    return w;
  };

  it('costs the same work whether there is one or not, and whether there is anybody', async () => {
    const work = countedWork();
    await using w = await opened(work);
    for (const gate of ['totp', 'token'] as const) {
      const nobody = await walk(w, work, 'nobody', gate);
      expect(nobody.flat()).not.to.deep.equal([]);
      for (const name of ['somebody', 'bearer']) {
        expect(await walk(w, work, name, gate), `${gate} of ${name}`).to.deep.equal(nobody);
      }
    }
  });

  it('leaves as much behind to judge an answer by, of the same length', async () => {
    const work = countedWork();
    await using w = await opened(work);
    for (const gate of ['totp', 'token'] as const) {
      for (const name of ['nobody', 'somebody', 'bearer']) await walk(w, work, name, gate);
    }
    const { docs } = await w.app.foundation.store.find(flows, everything, { limit: 1000 });
    const left = docs.flatMap(({ challenges }) => challenges.map(({ data }) => String(data['devices'])));
    expect(left).to.have.length(6);
    for (const devices of left) {
      expect(JSON.parse(devices)).to.have.length(5);
      expect(devices).to.have.length(2000);
    }
  });
});

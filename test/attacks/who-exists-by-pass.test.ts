import { expect } from 'chai';
import { DAY, HOUR } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import { pass } from '../support/passes.ts';
import { countedWork } from '../support/work.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const NOT_A_PASS = '0000-0000-0000-0000';

/** A name, and what is typed beside it. */
type Tries = Readonly<Record<string, readonly [name: string, typed: string]>>;

const disabled = async ({ app }: World, name: string): Promise<void> => {
  const { directory, store } = app.foundation;
  const person = await directory.people.byName(name);
  if (!person) throw new Error('nobody');
  await store.commit(directory.people.updating(person, { active: false }, { actor: 'cli' }));
};

const everybody = async (w: World): Promise<Tries> => {
  const all: Record<string, readonly [string, string]> = {
    nobody: ['nobody-at-all', NOT_A_PASS],
    'a strange name': ['\u202e<b>{x}', NOT_A_PASS],
  };
  const late = await w.person('late');
  all['too late'] = ['late', await pass(w, late, { for: 'registration' })];
  await w.later(HOUR);
  await w.later(DAY);
  const given = await w.person('given');
  await pass(w, given, { for: 'registration' });
  all['a wrong one, where there is one'] = ['given', NOT_A_PASS];
  const none = await w.person('none');
  all['a wrong one, where there is none'] = [none.userName, NOT_A_PASS];
  const used = await w.person('used');
  const typed = await pass(w, used, { for: 'registration' });
  await used.browser.open(`${w.issuer}/pass`);
  await used.browser.submit({ username: 'used', pass: typed });
  all['used before'] = ['used', typed];
  const renewed = await w.person('renewed');
  all['replaced by a new one'] = ['renewed', await pass(w, renewed, { for: 'registration' })];
  await pass(w, renewed, { for: 'registration' });
  const gate = await w.person('gate');
  all['one for a gate'] = ['gate', await pass(w, gate)];
  await w.person('service', { kind: 'service' });
  all['the account of a program'] = ['service', NOT_A_PASS];
  await w.person('outside', { groups: ['Outside'] });
  all['somebody out of scope'] = ['outside', NOT_A_PASS];
  await w.person('gone');
  await disabled(w, 'gone');
  all['somebody disabled'] = ['gone', NOT_A_PASS];
  return all;
};

onEveryEngine('a name and a pass that is not right', (store) => {
  it('get one page for everybody and for nobody, byte for byte, by the same work, which looks nobody up', async () => {
    const work = countedWork();
    await using w = await world({ store, sspr: { exclude: ['Outside'] }, surroundings: work.surroundings });
    const seen: Record<string, string> = {};
    const steps: Record<string, readonly string[]> = {};
    for (const [who, [username, typed]] of Object.entries(await everybody(w))) {
      const browser = w.browser();
      await browser.open(`${w.issuer}/pass`);
      const { url, fields } = browser.prepared({ username, pass: typed });
      steps[who] = await work.during(() => browser.post(url, fields));
      // The page has the name that was typed, so that it is as long as that.
      const varying = ['date', 'set-cookie', 'x-request-id', 'content-length'];
      const headers = Object.entries(browser.headers).filter(([name]) => !varying.includes(name));
      const body = browser.body
        .replace(/(name="csrf" value=")[^"]*/g, '$1')
        .replace(/(name="username"[^>]* value=")[^"]*|(value=")[^"]*("[^>]*name="username")/g, '$1$2$3');
      seen[who] = JSON.stringify([browser.status, headers, body]);
    }
    const { nobody, ...others } = seen;
    expect(nobody).to.contain('it is no longer valid');
    for (const [who, page] of Object.entries(others)) expect(page, who).to.equal(nobody);
    for (const [who, all] of Object.entries(steps)) expect(all, who).to.deep.equal(steps['nobody']);
    expect(steps['nobody']).to.deep.equal([
      'commit increment counters, increment counters',
      'get ssprPasses',
      'commit insert auditEvents',
      'durable',
    ]);
  });

  it('get no further from one address than the limit of resets allows, whoever is named', async () => {
    await using w = await world({ store, sspr: { limits: { begunPerAddress: 3 } } });
    const ada = await w.person('ada');
    const typed = await pass(w, ada, { for: 'registration' });
    const browser = w.browser();
    for (let count = 0; count < 3; count += 1) {
      await browser.open(`${w.issuer}/pass`);
      await browser.submit({ username: 'nobody-at-all', pass: NOT_A_PASS });
      expect(browser.status).to.equal(422);
    }
    await browser.open(`${w.issuer}/pass`);
    await browser.submit({ username: 'ada', pass: typed });
    expect(browser.status).to.equal(429);
    expect(await browser.text()).to.contain('Too many passes were tried from here');
  });
});

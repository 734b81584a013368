import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { readExposition } from '../support/exposition.ts';
import { Wire } from '../support/wire.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const TOKEN = '3f1c9a7be2d84056a1b7c8d9e0f12345';

const figuresOf = async (w: World) => {
  using wire = new Wire();
  const reply = await wire.send(`${w.issuer}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(reply.status).to.equal(200);
  const samples = readExposition(reply.body);
  return {
    text: reply.body,
    value: (name: string, labels: Readonly<Record<string, string>>): number | undefined =>
      samples.find(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )?.value,
  };
};

onEveryEngine('Figures of a server', (engine) => {
  it('count sign-ins and resets by outcome, and tell of requests, the outbox and hashes, and of nobody', async () => {
    await using w = await world({ store: engine, config: { metrics: { token: `plain:${TOKEN}` } } });
    const ann = await w.person('ann', { registered: true });
    await ann.startsSignIn();
    await ann.givesPassword('something else');
    await ann.signsIn();
    const bob = await w.person('bob', { registered: true });
    await bob.opensReset();
    await bob.typesCode();
    await bob.choosesPassword('quiet rivers carry slow boats');

    const figures = await figuresOf(w);
    const events = 'latchkey_events_total';
    expect(figures.value(events, { type: 'signin.failure', result: 'failure' })).to.equal(1);
    expect(figures.value(events, { type: 'signin.success', result: 'success' })).to.be.at.least(1);
    expect(figures.value(events, { type: 'reset.finished', result: 'success' })).to.equal(1);
    const requests = 'latchkey_http_request_duration_seconds_count';
    expect(figures.value(requests, { route: 'oidc authorization', method: 'GET', status: '3xx' })).to.be.at.least(1);
    expect(figures.value('latchkey_outbox_waiting_messages', { channel: 'mail' })).to.be.a('number');
    expect(figures.value('latchkey_password_hashes', { state: 'waiting' })).to.equal(0);
    expect(figures.text).to.not.match(/\b(ann|bob)\b/);
    expect(figures.text).to.not.include(ann.id);
  });
});

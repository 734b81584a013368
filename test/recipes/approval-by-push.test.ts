import { expect } from 'chai';
import { phones } from '../../plugins/sspr/approval/collections.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { eq } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { PhoneInHand, SigningKey } from '../support/phone-in-hand.ts';
import { startPushService } from '../support/push-service.ts';
import type { PushService, Subscription } from '../support/push-service.ts';
import { countedWork } from '../support/work.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASK = 'Ask on my phone';
const AGAIN = 'Ask once more';
const SUBJECT = 'mailto:operator@example.org';

onEveryEngine('Kim is told on her phone that something waits for her approval', (store) => {
  let w: World;
  let service: PushService;
  const work = countedWork();

  before(async function () {
    this.timeout(60_000);
    service = await startPushService();
    const policies = [
      { name: 'resets', groups: ['Resets'], methods: ['approval'], secondFactor: 'off' },
      { name: 'everybody', methods: ['approval'] },
    ];
    const push = { subject: SUBJECT, hosts: [`127.0.0.1:${String(service.port)}`] };
    w = await world({ store, sspr: { policies }, config: { push }, surroundings: work.surroundings });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    service.mood = undefined;
  });

  const key = (): string => w.app.foundation.notify.push?.key ?? '';

  interface Kim {
    readonly kim: Person;
    readonly phone: PhoneInHand;
    readonly where: Subscription;
  }

  /** Somebody with a phone that is told. */
  const told = async (group = 'Resets', language = 'en'): Promise<Kim> => {
    const kim = await w.person('kim', { groups: [group] });
    const phone = new PhoneInHand(w.browser(language), w.issuer);
    await kim.signsIn();
    await kim.browser.submit({ name: 'Pixel' });
    await kim.browser.submit({ number: await phone.scans(kim.browser) });
    expect(await kim.browser.heading()).to.equal(ARRIVED);
    const where = service.subscribe(key());
    expect(await phone.wantsToBeTold(where)).to.equal(true);
    return { kim, phone, where };
  };

  const elsewhere = (kim: Person): Person => kim.with(w.browser());

  const asks = async (kim: Person): Promise<Person> => {
    const stranger = elsewhere(kim);
    await stranger.opensReset();
    await w.settle();
    return stranger;
  };

  const pushedTo = ({ endpoint }: Subscription) => service.pushed.filter((push) => push.endpoint === endpoint);

  const waiting = async () => (await w.app.foundation.store.find(outbox, eq('channel', 'push'), { limit: 1000 })).docs;

  const rowsOf = async ({ id }: Person) =>
    (await w.app.foundation.store.find(phones, eq('accountId', id), { limit: 10 })).docs;

  it('is told of a reset that somebody asks for, for as long as it can be approved, and of nothing that it is about', async () => {
    const { kim, where } = await told();
    const stranger = await asks(kim);
    const [push, ...more] = pushedTo(where);
    expect(more).to.deep.equal([]);
    expect(push).to.include({ ttl: 120, urgency: 'high', subject: SUBJECT });
    expect(JSON.parse(push?.payload ?? '')).to.deep.equal({
      title: 'Something waits for your approval',
      body: 'A sign-in, a password reset or an unlock at Example. Look at it here, and approve it only if it is you.',
      lang: 'en',
    });
    const { pathname } = await stranger.browser.url();
    expect(pathname).to.equal('/reset/prove/approval');
    expect(push?.payload).not.to.contain(kim.userName).and.not.to.match(/\d/);
  });

  it('is told of a sign-in in the language of the phone', async () => {
    const { kim, where } = await told('Factors', 'de');
    const there = elsewhere(kim);
    await there.signsIn();
    await there.browser.submit({}, ASK);
    await w.settle();
    const [push] = pushedTo(where);
    expect(push?.payload).to.contain('Etwas wartet auf Ihre Freigabe').and.to.contain('"lang":"de"');
  });

  it('is told as often as she may be asked, and no oftener', async () => {
    const { kim, where } = await told();
    const stranger = await asks(kim);
    for (let count = 1; count < 15; count += 1) {
      await stranger.browser.submit({}, AGAIN);
      await w.settle();
    }
    expect(pushedTo(where)).to.have.length(10);
  });

  it('is not told in the browser that asks, which could not approve it', async () => {
    const { kim, phone, where } = await told();
    await kim.with(phone.browser).opensReset();
    await w.settle();
    expect(pushedTo(where)).to.deep.equal([]);
  });

  it('is told again once the push service has recovered, but of nothing that is over', async () => {
    const { kim, where } = await told();
    service.mood = 503;
    const stranger = await asks(kim);
    expect(pushedTo(where)).to.deep.equal([]);
    service.mood = undefined;
    await w.later(MINUTE / 2);
    expect(pushedTo(where)).to.have.length(1);
    service.mood = 500;
    await stranger.browser.submit({}, AGAIN);
    await w.later(2 * MINUTE);
    service.mood = undefined;
    await w.later(10 * MINUTE);
    expect(pushedTo(where)).to.have.length(1);
  });

  it('is told no more once the push service says that her browser is gone, and is not asked about anything for it', async () => {
    const { kim, where } = await told();
    service.mood = 410;
    await asks(kim);
    expect((await rowsOf(kim)).map(({ push }) => push)).to.deep.equal([undefined]);
    service.mood = undefined;
    await asks(kim);
    expect(pushedTo(where)).to.deep.equal([]);
    await kim.browser.open(`${w.issuer}/security-info`);
    expect(await kim.browser.text()).to.contain('Approval on the phone “Pixel”');
  });

  it('is told until she wants it no more, or removes the phone', async () => {
    const { kim, phone, where } = await told();
    await phone.opens();
    await phone.browser.submit({}, 'Stop telling me');
    await asks(kim);
    expect(pushedTo(where)).to.deep.equal([]);
    await w.later(2 * MINUTE);
    expect(await phone.wantsToBeTold(where)).to.equal(true);
    await asks(kim);
    expect(pushedTo(where)).to.have.length(1);
    const registration = await w.app.foundation.store.get(registrations, kim.id);
    if (!registration) throw new Error('nothing is registered');
    await w.app.foundation.store.swap(registrations, { ...registration, methods: [] });
    await asks(kim);
    expect(pushedTo(where)).to.have.length(1);
  });

  it('is not told on a phone that may not approve any more, whatever is left of it', async () => {
    const { kim, where } = await told();
    const { endpoint, p256dh, auth } = service.subscribe(key());
    const { notify, store: documents } = w.app.foundation;
    const to = notify.push?.address(endpoint, p256dh, auth) ?? '';
    await documents.insert(phones, {
      id: `gone ${kim.id}`,
      accountId: kim.id,
      browser: 'gone',
      push: { to, locale: 'en' },
    });
    await asks(kim);
    expect(pushedTo(where)).to.have.length(1);
    expect(service.pushed.filter((push) => push.endpoint === endpoint)).to.deep.equal([]);
  });

  it('lets nobody have themselves told in her place: not with the cookie alone, and not with another phone', async () => {
    const { kim, phone, where } = await told();
    const thiefs = service.subscribe(key());
    const forged = await phone.telling(thiefs, new SigningKey());
    expect(await phone.sends(forged)).to.equal(false);
    const { url, fields } = await phone.telling(where);
    expect(await phone.sends({ url, fields: { ...fields, endpoint: thiefs.endpoint } })).to.equal(false);
    const thief = new PhoneInHand(w.browser(), w.issuer);
    await thief.browser.open(`${w.issuer}/reset`);
    const { fields: own } = thief.browser.prepared({});
    await thief.browser.post(url, { ...fields, csrf: own['csrf'] ?? '' });
    expect(JSON.parse(thief.browser.body)).to.deep.equal({ on: false });
    await asks(kim);
    expect(pushedTo(where)).to.have.length(1);
    expect(pushedTo(thiefs)).to.deep.equal([]);
  });

  it('is pushed to by no request to an address that is no push service', async () => {
    const { kim, phone } = await told();
    const where = service.subscribe(key());
    for (const endpoint of [
      'http://169.254.169.254/latest',
      `http://localhost:${String(service.port)}/x`,
      'nonsense',
    ]) {
      expect(await phone.wantsToBeTold({ ...where, endpoint }), endpoint).to.equal(false);
    }
    expect((await rowsOf(kim)).filter(({ push }) => push)).to.have.length(1);
  });

  it('is told by a job: a request that asks for her does the same as one for nobody', async () => {
    const { kim, where } = await told();
    const stepsFor = async (username: string) => {
      const { browser } = elsewhere(kim);
      await browser.open(`${w.issuer}/reset`);
      const first = await work.during(() => browser.submit({ username }));
      await w.settle();
      const again = await work.during(() => browser.submit({}, AGAIN));
      await w.settle();
      return { first, again };
    };
    const steps = await stepsFor(kim.userName);
    expect(steps).to.deep.equal(await stepsFor('nobody-of-that-name'));
    expect(steps.again.join()).to.contain('ssprFlows').and.not.to.contain('outbox');
    expect(pushedTo(where)).to.have.length(2);
  });

  it('rests where a stolen store tells nobody whom to push to', async () => {
    const { kim, where } = await told();
    await asks(kim);
    const all = JSON.stringify([await rowsOf(kim), await waiting()]);
    for (const secret of [where.endpoint, where.p256dh, where.auth]) expect(all).not.to.contain(secret);
  });
});

describe('An authenticator where nothing is pushed', () => {
  it('offers nothing of it and takes nothing', async () => {
    await using w = await world({ sspr: { policies: [{ name: 'everybody', methods: ['approval'] }] } });
    const kim = await w.person('kim');
    const phone = new PhoneInHand(w.browser(), w.issuer);
    await kim.signsIn();
    await kim.browser.submit({ name: 'Pixel' });
    await kim.browser.submit({ number: await phone.scans(kim.browser) });
    await phone.opens();
    expect(phone.browser.body).not.to.contain('data-phones');
    expect((await phone.browser.send('/authenticator/telling', { method: 'POST' })).status).to.equal(404);
  });
});

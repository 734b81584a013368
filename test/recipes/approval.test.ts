import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { answerText } from '../../plugins/sspr/approval/signature.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { eq } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { numberOn, PhoneInHand, SigningKey } from '../support/phone-in-hand.ts';
import { claimsOf } from '../support/second-factor.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const NEXT = 'Choose a new password';
const ASK = 'Ask on my phone';
const DONE = 'I have approved it';
const AGAIN = 'Ask once more';
const NOTHING_YET = 'Nothing has come from the phone yet';
const QUIET = 'Nothing is waiting for your approval.';

onEveryEngine('Gus approves on his phone', (store) => {
  let w: World;

  before(async function () {
    this.timeout(60_000);
    const policies = [
      { name: 'resets', groups: ['Resets'], methods: ['approval'], secondFactor: 'off' },
      { name: 'signing in', groups: ['Factors'], methods: ['approval'] },
      { name: 'everybody', methods: ['approval'] },
    ];
    w = await world({ store, sspr: { policies } });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
  });

  const newPhone = (): PhoneInHand => new PhoneInHand(w.browser(), w.issuer);

  /** Somebody who connected a phone at the first sign-in. */
  const someone = async (group = 'Resets'): Promise<{ gus: Person; phone: PhoneInHand }> => {
    const gus = await w.person('gus', { groups: [group] });
    const phone = newPhone();
    await gus.signsIn();
    await gus.browser.submit({ name: 'Pixel' });
    await gus.browser.submit({ number: await phone.scans(gus.browser) });
    expect(await gus.browser.heading()).to.equal(ARRIVED);
    return { gus, phone };
  };

  const elsewhere = (gus: Person): Person => gus.with(w.browser());

  /** Begins a reset in a browser that nobody knows, and gives the number that its page shows. */
  const asks = async (gus: Person): Promise<string> => {
    await gus.opensReset();
    await w.settle();
    return numberOn(gus.browser);
  };

  const other = (number: string): string => (number === '10' ? '11' : '10');

  const presses = async ({ browser }: Person, button = DONE): Promise<void> => {
    await browser.submit({}, button);
    await w.settle();
  };

  const refuses = async (browser: HttpBrowser): Promise<void> => {
    expect(await browser.text()).to.contain(NOTHING_YET);
  };

  it('connects a phone by a picture and a number, and resets by it in a browser that nobody knows', async () => {
    const { gus, phone } = await someone();
    expect((await gus.inbox()).last.text).to.contain('Approval on your phone');
    const stranger = elsewhere(gus);
    const number = await asks(stranger);
    await phone.opens();
    expect(await phone.browser.heading()).to.equal('Do you want to reset your password?');
    expect(await phone.browser.text())
      .to.contain(gus.userName)
      .and.to.contain('Firefox')
      .and.to.contain('127.0.0.1')
      .and.not.to.contain(number);
    await presses(stranger);
    await refuses(stranger.browser);
    await phone.answers('approve', number);
    expect(await phone.browser.text()).to.contain('You approved it.');
    await presses(stranger);
    expect(await stranger.browser.heading()).to.equal(NEXT);
  });

  it('is asked about an unlock as what it is, and unlocks by it', async () => {
    const { gus, phone } = await someone();
    const there = elsewhere(gus);
    await there.opensUnlock();
    await w.settle();
    const number = await numberOn(there.browser);
    await phone.opens();
    expect(await phone.browser.heading()).to.equal('Do you want to unlock your account?');
    await phone.answers('approve', number);
    await presses(there);
    expect(await there.browser.heading()).to.equal('Unlock your account');
    await there.browser.submit({}, 'Unlock the account');
    expect(await there.browser.heading()).to.equal('Your account was not locked');
  });

  it('is the second factor at sign-in, of a key in software with its owner there', async () => {
    const { gus, phone } = await someone('Factors');
    const there = elsewhere(gus);
    await there.signsIn();
    await there.browser.submit({}, ASK);
    await phone.opens();
    expect(await phone.browser.heading()).to.equal('Are you signing in?');
    await phone.answers('approve', await numberOn(there.browser));
    await presses(there);
    expect(await there.browser.heading()).to.equal(ARRIVED);
    const { amr, acr } = claimsOf(there);
    expect(amr).to.have.members(['pwd', 'swk', 'user', 'mfa']);
    expect(acr).to.equal('aal2');
  });

  it('ends a request by a wrong number, without a second try', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    const number = await asks(stranger);
    await phone.answers('approve', other(number));
    expect(await phone.browser.text()).to.contain('That was not the number');
    await phone.opens();
    expect(await phone.browser.text()).to.contain(QUIET);
    await presses(stranger);
    await refuses(stranger.browser);
    await presses(stranger, AGAIN);
    await phone.answers('approve', await numberOn(stranger.browser));
    await presses(stranger);
    expect(await stranger.browser.heading()).to.equal(NEXT);
  });

  it('ends a request that was not his, writes it down and tells him by mail', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    await asks(stranger);
    await phone.answers('deny');
    expect(await phone.browser.text()).to.contain('You denied it');
    await presses(stranger);
    await refuses(stranger.browser);
    expect((await gus.inbox()).last.subject).to.equal('You denied an approval');
    const { docs } = await w.app.foundation.store.find(auditEvents, eq('type', 'approval.denied'), { limit: 1000 });
    expect(docs.filter(({ subject }) => subject === gus.id).map(({ reason }) => reason)).to.deep.equal(['not me']);
    await gus.browser.open(`${w.issuer}/security-info`);
    expect(await gus.browser.text()).to.contain('An approval was denied on your phone');
  });

  it('is asked about as often as he likes, without that being a failure', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    const number = await asks(stranger);
    for (let count = 0; count < 8; count += 1) await presses(stranger);
    await refuses(stranger.browser);
    const { docs } = await w.app.foundation.store.find(auditEvents, eq('type', 'reset.failed'), { limit: 1000 });
    expect(docs).to.deep.equal([]);
    await phone.answers('approve', number);
    await presses(stranger);
    expect(await stranger.browser.heading()).to.equal(NEXT);
  });

  it('answers a request for two minutes', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    const number = await asks(stranger);
    await phone.opens();
    const { url, fields } = phone.answering('approve', number);
    await w.later(2 * MINUTE);
    await phone.browser.post(url, fields);
    expect(await phone.browser.text()).to.contain('This request is over.');
    await presses(stranger);
    await refuses(stranger.browser);
  });

  it('counts an approval once: a kept answer approves nothing again', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    const number = await asks(stranger);
    await phone.opens();
    const { url, fields } = phone.answering('approve', number);
    await phone.browser.post(url, fields);
    await presses(stranger, AGAIN);
    await phone.browser.post(url, fields);
    expect(await phone.browser.text()).to.contain('This request is over.');
    await presses(stranger);
    await refuses(stranger.browser);
  });

  it('opens one gate where the button is pressed many times at once', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    await phone.answers('approve', await asks(stranger));
    const { url, fields } = stranger.browser.prepared({}, DONE);
    const sending = {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', origin: 'null' },
    };
    const replies = await Promise.all(Array.from({ length: 50 }, () => stranger.browser.send(url, sending)));
    expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
  });

  it('takes no approval from the browser that asks', async () => {
    const { gus, phone } = await someone();
    const there = gus.with(phone.browser);
    const number = await asks(there);
    await phone.opens();
    expect(await phone.browser.text()).to.contain('This request comes from this very browser.');
    expect(await phone.browser.offers('Approve')).to.equal(false);
    const { url, fields } = phone.answering('deny');
    const signature = phone.key.sign(answerText(fields['request'] ?? '', 'approve', number));
    await phone.browser.post(url, { ...fields, decision: 'approve', number, signature });
    expect(await phone.browser.text()).to.contain('This request comes from this very browser.');
    await phone.browser.open(`${w.issuer}/reset/prove/approval`);
    await presses(there);
    await refuses(phone.browser);
  });

  it('takes no answer that another key signed, nor one from another browser', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    const number = await asks(stranger);
    await phone.opens();
    const forged = phone.answering('approve', number, new SigningKey());
    await phone.browser.post(forged.url, forged.fields);
    expect(await phone.browser.text()).to.contain('could not prove');
    await phone.opens();
    const { url, fields } = phone.answering('approve', number);
    const thief = newPhone();
    await thief.opens();
    const { fields: own } = thief.browser.prepared({});
    await thief.browser.post(url, { ...fields, csrf: own['csrf'] ?? '' });
    await presses(stranger);
    await refuses(stranger.browser);
  });

  it('opens nothing by a phone that was removed, also not what it approved before', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    await phone.answers('approve', await asks(stranger));
    const { store: documents } = w.app.foundation;
    const registration = await documents.get(registrations, gus.id);
    if (!registration) throw new Error('nothing is registered');
    await documents.swap(registrations, { ...registration, methods: [] });
    await presses(stranger);
    await refuses(stranger.browser);
    await phone.opens();
    expect(await phone.browser.text()).to.contain('not connected to an account yet');
  });

  it('has a second phone and loses the first on the page of his account, which approves nothing from then on', async () => {
    const { gus, phone } = await someone();
    const second = newPhone();
    await gus.browser.open(`${w.issuer}/security-info`);
    await gus.browser.follow('Set up approval');
    await gus.browser.submit({}, ASK);
    await phone.answers('approve', await numberOn(gus.browser));
    await presses(gus);
    await gus.browser.submit({ name: 'Fairphone' });
    await gus.browser.submit({ number: await second.scans(gus.browser) });
    expect(await gus.browser.text()).to.contain('Approval on the phone “Fairphone”');
    const stranger = elsewhere(gus);
    await asks(stranger);
    await phone.opens();
    expect(await phone.browser.offers('Approve')).to.equal(true);
    await gus.browser.follow('Remove');
    expect(await gus.browser.text()).to.contain('Approval on the phone “Pixel”');
    await gus.browser.submit({}, 'Remove it');
    await phone.opens();
    expect(await phone.browser.text()).to.contain('not connected to an account yet');
    await second.answers('approve', await numberOn(stranger.browser));
    await presses(stranger);
    expect(await stranger.browser.heading()).to.equal(NEXT);
  });

  it('shows and opens nothing for somebody who was disabled', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    await phone.answers('approve', await asks(stranger));
    const { directory, store: documents } = w.app.foundation;
    const person = await directory.people.byId(gus.id);
    if (!person) throw new Error('nobody');
    await documents.commit(directory.people.updating(person, { active: false }, { actor: 'cli' }));
    await presses(stranger);
    await refuses(stranger.browser);
    await phone.opens();
    expect(await phone.browser.text()).to.contain('not connected to an account yet');
  });

  it('asks one thing at a time: a newer request ends the older', async () => {
    const { gus, phone } = await someone();
    const [one, two] = [elsewhere(gus), elsewhere(gus)];
    await asks(one);
    const number = await asks(two);
    await phone.answers('approve', number);
    await presses(one);
    await refuses(one.browser);
    await presses(two);
    expect(await two.browser.heading()).to.equal(NEXT);
  });

  it('lets no stranger end what is asked for in a browser where he signed in before', async () => {
    const { gus, phone } = await someone();
    const number = await asks(gus);
    const stranger = elsewhere(gus);
    await asks(stranger);
    await phone.answers('approve', number);
    await asks(stranger);
    await presses(gus);
    expect(await gus.browser.heading()).to.equal(NEXT);
  });

  it('lets no stranger who asks for a reset end what is asked for at a sign-in, after the password', async () => {
    const { gus, phone } = await someone('Factors');
    const there = elsewhere(gus);
    await there.signsIn();
    await there.browser.submit({}, ASK);
    const number = await numberOn(there.browser);
    await asks(elsewhere(gus));
    await phone.opens();
    expect(await phone.browser.heading()).to.equal('Are you signing in?');
    await phone.answers('approve', number);
    await asks(elsewhere(gus));
    await presses(there);
    expect(await there.browser.heading()).to.equal(ARRIVED);
  });

  it('is not asked by strangers without end: ten times in ten minutes', async () => {
    const { gus, phone } = await someone();
    const stranger = elsewhere(gus);
    await asks(stranger);
    for (let count = 1; count < 10; count += 1) await presses(stranger, AGAIN);
    await phone.answers('deny');
    await presses(stranger, AGAIN);
    await asks(elsewhere(gus));
    await phone.opens();
    expect(await phone.browser.text()).to.contain(QUIET);
  });

  it('shows the same page for nobody, with a number, and opens nothing', async () => {
    const { gus } = await someone();
    const nobody = elsewhere(gus);
    await nobody.browser.open(`${w.issuer}/reset`);
    await nobody.browser.submit({ username: 'nobody-of-that-name' });
    await w.settle();
    const somebody = elsewhere(gus);
    await asks(somebody);
    const shape = ({ browser }: Person): string =>
      browser.body
        .replaceAll(/[\w-]{43}/g, 'x')
        .replaceAll(/\b\d\d\b/g, 'n')
        .replaceAll(/[0-9a-f-]{36}/g, 'c');
    expect(shape(nobody)).to.equal(shape(somebody));
    await presses(nobody);
    await presses(somebody);
    expect(shape(nobody)).to.equal(shape(somebody));
  });

  it('connects the phone that came first with a picture, and none by somebody who only saw it', async () => {
    const gus = await w.person('gus', { groups: ['Resets'] });
    await gus.signsIn();
    await gus.browser.submit({ name: '' });
    const [thief, phone] = [newPhone(), newPhone()];
    const late = await phone.pairing(gus.browser);
    const stolen = await thief.scans(gus.browser);
    await phone.browser.post(late.url, late.fields);
    expect(await phone.browser.text()).to.contain('This code cannot be used');
    await gus.browser.submit({ number: other(stolen) });
    expect(await gus.browser.text()).to.contain(NOTHING_YET);
    await gus.browser.submit({}, 'Start over with another picture');
    await gus.browser.submit({});
    const number = await phone.scans(gus.browser);
    await thief.browser.reload();
    expect(await numberOn(thief.browser)).to.equal(stolen);
    await gus.browser.submit({ number });
    expect(await gus.browser.heading()).to.equal(ARRIVED);
    await thief.opens();
    expect(await thief.browser.text()).to.contain('not connected to an account yet');
  });

  it('is an app that can be installed: a manifest, an icon and a worker, on pages that allow no more than those', async () => {
    const browser = w.browser();
    await browser.open(`${w.issuer}/authenticator`);
    const policy = String(browser.headers['content-security-policy']);
    expect(policy).to.contain("default-src 'none'").and.to.contain("manifest-src 'self'");
    const manifest = await browser.send('/authenticator.webmanifest');
    const { icons, scope } = JSON.parse(manifest.body) as { icons: { src: string }[]; scope: string };
    expect(scope).to.equal('/authenticator');
    expect((await browser.send(icons[0]?.src ?? '')).headers['content-type']).to.contain('image/svg+xml');
    expect((await browser.send('/authenticator-worker.js')).headers['content-type']).to.contain('text/javascript');
    await browser.open(`${w.issuer}/reset`);
    expect(String(browser.headers['content-security-policy'])).not.to.contain('manifest-src');
  });
});

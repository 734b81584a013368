import { expect } from 'chai';
import { HOUR } from '../../src/kernel/clock.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { openTelephones } from '../support/telephones.ts';
import type { Telephones } from '../support/telephones.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASKED = 'Is this still yours?';
const MOBILE = '+491701234567';
const OTHER_MOBILE = '+491709876543';
const KEEP = 'Yes, it is still mine';

/** What the directory knows of a mobile number from now on. */
const knows = async ({ app }: World, { id }: Person, value: string): Promise<void> => {
  const { directory, store } = app.foundation;
  const person = await directory.people.byId(id);
  if (!person) throw new Error('nobody');
  const phoneNumbers = [{ value, type: 'mobile' }];
  await store.commit(directory.people.updating(person, { phoneNumbers }, { actor: 'cli' }));
};

onEveryEngine('Tex is asked about a number that does not reach him any more', (store) => {
  let telephones: Telephones;
  let w: World;

  before(async function () {
    this.timeout(60_000);
    telephones = await openTelephones();
    const policies = [{ name: 'everybody', methods: ['sms'], secondFactor: 'off' }];
    const sspr = { policies, sms: { country: 'DE', suggest: 'directory' } };
    w = await world({ store, config: telephones.config, sspr });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await telephones[Symbol.asyncDispose]();
  });

  const signsInAnew = async (tex: Person): Promise<Person> => {
    const there = tex.with(w.browser());
    await there.signsIn();
    return there;
  };

  const staleNow = async (tex: Person) =>
    (await w.app.foundation.store.get(registrations, tex.id))?.methods.map(({ method, stale }) => [
      method,
      stale?.reason,
    ]);

  /** A stranger who knows his name has a code sent to him. */
  const askedForText = async (tex: Person): Promise<Person> => {
    const stranger = tex.with(w.browser());
    await stranger.opensReset();
    if (await stranger.browser.offers('Send the code')) await stranger.browser.submit({}, 'Send the code');
    await w.settle();
    return stranger;
  };

  const reachedByText = async (number = MOBILE, suggested?: string): Promise<Person> => {
    const tex = await w.person('tex');
    if (suggested !== undefined) await knows(w, tex, suggested);
    await tex.signsIn();
    await tex.browser.submit({ tel: number });
    await w.settle();
    await tex.browser.submit({ 'one-time-code': telephones.code(number) });
    expect(await tex.browser.heading()).to.equal(ARRIVED);
    return tex;
  };

  it('after one text was refused for good by its carrier', async () => {
    const tex = await reachedByText();
    await w.later(HOUR);
    await askedForText(tex);
    await telephones.tell(MOBILE, { MessageStatus: 'undelivered', ErrorCode: '30005' });
    expect(await staleNow(tex)).to.deep.equal([['sms', 'refused']]);
    const there = await signsInAnew(tex);
    expect(await there.browser.heading()).to.equal(ASKED);
    expect(await there.browser.text()).to.contain('refused');
    await there.browser.submit({}, KEEP);
    expect(await there.browser.heading()).to.equal(ARRIVED);
  });

  it('after the directory has another number than the one it had suggested, which opens nothing meanwhile', async () => {
    const tex = await reachedByText(OTHER_MOBILE, '0170 9876543');
    await knows(w, tex, '0170 1234567');
    const there = await signsInAnew(tex);
    expect(await there.browser.heading()).to.equal('Add a mobile phone');

    await knows(w, tex, '+49 170 9876543');
    expect(await (await signsInAnew(tex)).browser.heading(), 'it says so again').to.equal(ARRIVED);

    const own = await reachedByText(OTHER_MOBILE, '0170 1234567');
    await knows(w, own, '0170 1111111');
    expect(await (await signsInAnew(own)).browser.heading(), 'a number of his own').to.equal(ARRIVED);
  });

  it('is told of news by text message where no address of his is known', async () => {
    const tex = await reachedByText();
    const { directory, store: documents } = w.app.foundation;
    const person = await directory.people.byId(tex.id);
    if (!person) throw new Error('nobody');
    await documents.commit(directory.people.updating(person, { emails: [] }, { actor: 'cli' }));
    const stranger = await askedForText(tex);
    await stranger.browser.submit({ 'one-time-code': telephones.code(MOBILE) });
    await stranger.choosesPassword('violet teapots at noon');
    await w.settle();
    const text = telephones.texts(MOBILE).at(-1);
    expect(text).to.match(/^Example: your password was reset\. Not you\? http\S+\/not-me\/[0-9a-z]{16}$/);
  });
});

onEveryEngine('A number that the directory knows though it suggested none', (store) => {
  it('opens nothing either once the directory has another, by text or by call', async function () {
    this.timeout(60_000);
    await using telephones = await openTelephones();
    const policies = [
      { name: 'calls', groups: ['Calls'], methods: ['voice'], secondFactor: 'off' },
      { name: 'everybody', methods: ['sms'], secondFactor: 'off' },
    ];
    const sspr = { policies, sms: { country: 'DE' }, voice: { country: 'DE' } };
    await using w = await world({ store, config: telephones.config, sspr });
    for (const [group, asked] of [
      ['Texts', 'Add a mobile phone'],
      ['Calls', 'Add a phone to be called'],
    ] as const) {
      const tex = await w.person('tex', { groups: [group] });
      await knows(w, tex, '0170 1234567');
      await tex.signsIn();
      expect(await tex.browser.field('tel'), 'not suggested').to.equal('');
      await tex.browser.submit({ tel: MOBILE });
      await w.settle();
      const isCalled = group === 'Calls';
      const code = isCalled ? telephones.heard(await telephones.pickUp(MOBILE)) : telephones.code(MOBILE);
      await tex.browser.submit({ 'one-time-code': code });
      expect(await tex.browser.heading()).to.equal(ARRIVED);

      await knows(w, tex, '0170 9876543');
      const there = tex.with(w.browser());
      await there.signsIn();
      expect(await there.browser.heading()).to.equal(asked);
    }
  });
});

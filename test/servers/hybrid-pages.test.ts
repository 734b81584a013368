import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { directoryWorld } from '../ldap/directory-world.ts';
import type { DirectoryWorld, Member } from '../ldap/directory-world.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import type { NewPerson } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import type { Person } from '../support/person.ts';
import { sendForm } from '../support/send-form.ts';

/** Of people, long enough for the domain's policy here. */
const FIRST = 'The-First-Winter-of-All-7';
const NEXT = 'Violet Teapots at Noon 7';

describeOnSamba('What people of a Samba domain see', (samba) => {
  const chromium = useChromium();
  let world: DirectoryWorld;

  before(async function () {
    this.timeout(60_000);
    world = await directoryWorld(samba());
  });
  after(() => world[Symbol.asyncDispose]());

  beforeEach(async () => {
    await samba().admin.setPolicy({ minLength: 18, complexity: true, history: 24, minAge: 0 });
    // What was read of the policy before is believed for minutes.
    await world.later(6 * MINUTE);
  });

  const joins = (person: NewPerson): Promise<Member> => world.joins({ password: FIRST, ...person });

  const inChromium = async (person: Person): Promise<Person<ChromiumBrowser>> =>
    person.with(new ChromiumBrowser(await chromium.page()));

  const look = async ({ browser }: Person<ChromiumBrowser>, name: string): Promise<void> => {
    expect(await examine(browser.page, `hybrid-${name}`), name).to.deep.equal([]);
  };

  const atNewPassword = async <B extends Person | Person<ChromiumBrowser>>(person: B): Promise<B> => {
    await person.opensReset();
    await person.typesCode();
    return person;
  };

  const forgotten = async ({ person }: Member): Promise<void> => {
    const { store } = world.app.foundation;
    const registration = await store.get(registrations, person.id);
    if (registration) await store.remove(registrations, registration.id);
  };

  it('before they choose a password: the rules of the domain, judged while they type as far as that goes', async function () {
    this.timeout(120_000);
    const { person } = await joins({ name: 'rosa', givenName: 'Rosa', surname: 'Lind' });
    const rosa = await atNewPassword(await inChromium(person));
    const rules = (await rosa.browser.page.locator('ul.rules li').allTextContents()).map((text) => text.trim());
    expect(rules).to.deep.equal([
      'At least 18 characters, at most 256',
      'At least three of these: capital letters, small letters, digits, signs; and no part of your name',
      'Hard to guess: not mainly common words, your name or the name of the organisation',
      'Not one of your last 24 passwords, which your organisation remembers',
    ]);
    await look(rosa, 'choose');
    const rule = (text: string) => rosa.browser.page.locator('ul.rules li', { hasText: text });
    const field = rosa.browser.page.getByLabel('New password', { exact: true });
    await field.fill('violet teapots and nothing');
    await rule('three of these').and(rosa.browser.page.locator('.unmet')).waitFor();
    await field.fill(NEXT);
    await rule('three of these').and(rosa.browser.page.locator('.met')).waitFor();
    expect(await rule('your organisation remembers').getAttribute('class')).to.equal('');
    await rosa.choosesPassword(NEXT);
    expect(await rosa.browser.heading()).to.equal('Your password is changed');
    await rosa.signsIn();
    expect(rosa.outcome()).to.include({ kind: 'signed-in' });
  });

  it('the same list for somebody whose password is kept here, without any of it', async () => {
    const lena = await world.person('lena', { registered: true });
    await lena.opensReset();
    await lena.typesCode();
    const { url, fields } = lena.browser.prepared({ 'new-password': NEXT });
    const body = new URLSearchParams({ csrf: fields['csrf'] ?? '', check: 'yes', password: NEXT });
    const { body: told } = await sendForm(lena.browser, url, body.toString());
    expect(JSON.parse(told)).to.deep.equal({
      rules: [
        { id: 'length', met: true },
        { id: 'hardToGuess', met: true },
        { id: 'unused', met: null },
      ],
    });
  });

  it('that a change has to wait, with the time, before they type and where the domain refuses it', async function () {
    this.timeout(120_000);
    await samba().admin.setPolicy({ minAge: 86_400 });
    const { person } = await joins({ name: 'vera' });
    const vera = await inChromium(person);
    await vera.signsIn();
    await vera.browser.open(`${world.issuer}/change-password`);
    expect(await vera.browser.text()).to.include('lets you change your password again from');
    await vera.browser.submit({ 'current-password': vera.password, 'new-password': NEXT });
    expect(await vera.browser.text()).to.include('It may be changed again from');
    await look(vera, 'too-young');
  });

  it('that the domain remembers a password, by a number and not in its words', async () => {
    const { person: hugo } = await joins({ name: 'hugo' });
    await hugo.signsIn();
    await hugo.browser.open(`${world.issuer}/change-password`);
    await hugo.changesPassword(NEXT);
    await hugo.browser.open(`${world.issuer}/change-password`);
    await hugo.browser.submit({ 'current-password': NEXT, 'new-password': NEXT });
    const text = await hugo.browser.text();
    expect(text).to.include('This is one of your last 24 passwords').and.not.include('0000052D');
  });

  it('that a password is too short for a policy of since, with its number and not that of before', async () => {
    const { person } = await joins({ name: 'sven' });
    const sven = await atNewPassword(person);
    expect(await sven.browser.text()).to.include('At least 18 characters');
    await samba().admin.setPolicy({ minLength: 40 });
    await sven.browser.submit({ 'new-password': NEXT });
    expect(await sven.browser.text()).to.include('Choose one of at least 40 characters.');
    await samba().admin.setPolicy({ minLength: 18 });
    await world.later(6 * MINUTE);
    await sven.choosesPassword(NEXT);
    expect(await sven.browser.heading()).to.equal('Your password is changed');
  });

  it('once every gate is open, and before they choose: why no password of theirs can be written', async function () {
    this.timeout(180_000);
    const { admin } = samba();
    const cases = [
      { name: 'petra', does: admin.protect, says: 'This account is protected' },
      { name: 'dora', does: admin.disable, says: 'This account is switched off' },
      { name: 'gus', does: admin.remove, says: 'could not be found' },
    ] as const;
    for (const { name, does, says } of cases) {
      const { dn, person } = await joins({ name });
      await does(dn);
      const somebody = await atNewPassword(await inChromium(person));
      expect(await somebody.browser.heading(), name).to.equal('Your password cannot be reset here');
      expect(await somebody.browser.text(), name)
        .to.include(says)
        .and.include('help@example.test');
      await look(somebody, `cannot-${name}`);
      await somebody.browser.submit({}, 'Ask the help desk to contact you');
      expect(await somebody.browser.text(), name).to.include('Your request was sent');
      const { mails } = await world.mail.to('help@example.test');
      expect(mails.at(-1)?.subject, name).to.include(`${name} asks for help`);
    }
  });

  it('and strangers nothing of it: up to the first proof the pages are the same for everybody', async () => {
    const { dn, person: paul } = await joins({ name: 'paul' });
    await samba().admin.protect(dn);
    const { person: ordinary } = await joins({ name: 'olga' });
    const seen = async (somebody: Person): Promise<string> => {
      await somebody.opensReset();
      return (await somebody.browser.text()).replaceAll(somebody.userName, 'NAME');
    };
    expect(await seen(paul)).to.equal(await seen(ordinary));
  });

  it('at registration, that a reset would not work as things are; it goes on all the same', async function () {
    this.timeout(120_000);
    const member = await joins({ name: 'ines' });
    await samba().admin.protect(member.dn);
    await forgotten(member);
    const ines = await inChromium(member.person);
    await ines.signsIn();
    expect(await ines.browser.text())
      .to.include('As things are, your password could not be reset here')
      .and.include('protected where its password is kept');
    await look(ines, 'register');
    await ines.browser.follow('Add an address');
    await ines.registersMail();
    expect(ines.outcome()).to.include({ kind: 'signed-in' });
    await ines.browser.open(`${world.issuer}/security-info`);
    expect(await ines.browser.text()).to.include('protected where its password is kept');
    await look(ines, 'security-info');
  });

  it('that their password was changed in the directory, perhaps by themselves, by mail and in their activity', async () => {
    const { dn, person: mia } = await joins({ name: 'mia' });
    await mia.signsIn();
    await samba().admin.setPassword(dn, NEXT);
    mia.isTold(NEXT);
    const elsewhere = mia.with(world.browser());
    await elsewhere.signsIn();
    expect(elsewhere.outcome()).to.include({ kind: 'signed-in' });
    const { last } = await mia.inbox();
    expect(last.subject).to.equal('Your password was changed in your organisation’s directory');
    expect(last.text).to.include('perhaps by yourself').and.not.include('administrator');
    await elsewhere.browser.open(`${world.issuer}/security-info`);
    expect(await elsewhere.browser.text()).to.include(
      'Your password was changed in the directory of your organisation',
    );
  });
});

describeOnSamba('While a Samba domain does not answer', (samba) => {
  const chromium = useChromium();
  let world: DirectoryWorld;

  before(async function () {
    this.timeout(60_000);
    const policies = [{ name: 'everybody', methods: ['email'], passwordMaxAgeDays: 90 }];
    world = await directoryWorld(samba(), { sspr: { policies } });
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    // Also where the story broke off while it was away.
    await samba().restart();
  });

  it('sign-in and reset of its people say so and change nothing; others go on', async function () {
    this.timeout(180_000);
    const { person } = await world.joins({ name: 'tom' });
    const lena = await world.person('lena', { registered: true });
    const tom = person.with(new ChromiumBrowser(await chromium.page()));
    await tom.opensReset();
    await tom.typesCode();
    const onHisPage = person.with(world.browser());
    await onHisPage.signsIn();
    const unlocking = person.with(world.browser());
    await unlocking.opensUnlock();
    await unlocking.typesCode();
    await samba().kill();

    await tom.browser.open(`${world.issuer}/reset/password`);
    expect(await tom.browser.heading()).to.equal('Your password cannot be reset right now');
    expect(await tom.browser.text()).to.include('does not answer right now. Nothing was changed.');
    expect(await examine(tom.browser.page, 'hybrid-outage-reset')).to.deep.equal([]);

    await unlocking.browser.submit();
    expect(await unlocking.browser.text()).to.include('does not answer right now. Nothing was changed.');

    await onHisPage.browser.open(`${world.issuer}/security-info`);
    expect(await onHisPage.browser.text()).to.include('You are signed in as tom');
    await onHisPage.browser.open(`${world.issuer}/change-password`);
    await onHisPage.browser.submit({ 'current-password': person.password, 'new-password': NEXT });
    expect(await onHisPage.browser.text()).to.include('does not answer right now. Nothing was changed.');

    const atWork = person.with(new ChromiumBrowser(await chromium.page()));
    await atWork.signsIn();
    expect(await atWork.browser.text()).to.include('does not answer right now. Nothing is wrong with your account');
    expect(await examine(atWork.browser.page, 'hybrid-outage-sign-in')).to.deep.equal([]);

    await lena.signsIn();
    expect(lena.outcome()).to.include({ kind: 'signed-in' });
    await lena.opensReset();
    await lena.typesCode();
    await lena.choosesPassword('quiet harbours in october');
    expect(await lena.browser.heading()).to.equal('Your password is changed');

    await samba().restart();
    // Servers that failed are left alone for a while.
    await world.later(10 * MINUTE);
    await atWork.signsIn();
    expect(atWork.outcome()).to.include({ kind: 'signed-in' });
  });
});

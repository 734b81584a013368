import { expect } from 'chai';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import { DAY, HOUR, MINUTE } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { pass } from '../support/passes.ts';
import type { Person } from '../support/person.ts';
import { codeOf, hasApp, hasPhone } from '../support/second-factor.ts';
import { hasAlternateMail, registrationNow } from '../sspr/registering.ts';
import { useWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const ARRIVED = 'Signed in to the app';
const HAVE = 'I have a pass from the help desk';
const FORM = 'Use a temporary pass';
const OPEN = 'Set up your account';
const WRONG = 'This pass does not fit this name, or it is no longer valid.';
const PASSWORD = 'violet teapots at noon';

const METHODS = ['totp', 'sms', 'recovery', 'email'];

const typesPass = async (w: World, { browser, userName }: Person, typed: string): Promise<void> => {
  await browser.open(`${w.issuer}/pass`);
  await browser.submit({ username: userName, pass: typed });
};

/** Whose pages of registration are open in a browser that was never here. */
const opened = async (w: World, somebody: Person): Promise<Person> => {
  const there = somebody.with(w.browser());
  await typesPass(w, there, await pass(w, somebody, { for: 'registration' }));
  expect(await there.browser.heading()).to.equal(OPEN);
  return there;
};

const subjectsOf = async (w: World, address: string): Promise<readonly string[]> =>
  (await w.mail.to(address)).mails.map(({ subject }) => subject);

const methodsOf = async (w: World, person: Person): Promise<readonly string[]> =>
  (await registrationNow(w, person)).methods.map(({ method }) => method);

onEveryEngine('Nora knows no password, has nothing set up, and calls the help desk', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: METHODS }], limits: { begunPerAddress: 1000 } },
  });

  it('sets up a way back by the pass alone, is signed in nowhere, and resets her password by what she set up', async () => {
    const nora = await world().person('nora');
    const typed = await pass(world(), nora, { for: 'registration' });
    await nora.startsSignIn();
    await nora.browser.follow(HAVE);
    expect(await nora.browser.heading()).to.equal(FORM);
    await nora.browser.submit({ username: nora.mail.toUpperCase(), pass: ` ${typed.toLowerCase()} ` });
    expect(await nora.browser.heading()).to.equal(OPEN);
    expect(await nora.browser.text()).to.contain('These pages are open for nora in this browser');
    await nora.browser.follow('Add an address');
    await nora.registersMail();
    expect(await nora.browser.heading()).to.equal(OPEN);
    expect(await nora.browser.text()).to.contain('Mail to n•••@elsewhere.test');
    await nora.browser.submit({}, 'I am done');
    expect(await nora.browser.heading()).to.equal('What next?');

    await nora.browser.open(`${world().issuer}/security-info`);
    expect(await nora.browser.field('current-password'), 'nobody is signed in').not.to.equal(undefined);
    await nora.opensReset();
    await world().settle();
    await nora.browser.submit({ method: 'email' });
    await world().settle();
    await nora.typesCode();
    await nora.choosesPassword(PASSWORD);
    expect(await nora.browser.heading()).to.equal('Your password is changed');
  });

  it('is told at every address that the pass was issued and used, and what was added', async () => {
    const nora = await world().person('nora');
    const there = await opened(world(), nora);
    await there.browser.follow('Add an address');
    await there.registersMail();
    await there.browser.follow('Make recovery codes');
    await there.browser.submit({}, 'Show the codes');
    await there.browser.submit({}, 'I have kept them');
    expect(await subjectsOf(world(), nora.mail)).to.deep.equal([
      'The help desk issued a pass for your account',
      'A pass for your account was used',
      'A way back into your account was added',
      'A way back into your account was added',
    ]);
    expect(await subjectsOf(world(), nora.alternateMail)).to.include('A way back into your account was added');
  });

  it('opens the pages once by it, of fifty tries at once in two browsers', async () => {
    const nora = await world().person('nora');
    const typed = await pass(world(), nora, { for: 'registration' });
    const two = [world().browser(), world().browser()] as const;
    for (const browser of two) await browser.open(`${world().issuer}/pass`);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => {
        const browser = two[at % 2] ?? two[0];
        const { url, fields } = browser.prepared({ username: nora.userName, pass: typed });
        return sendForm(browser, url, new URLSearchParams(fields));
      }),
    );
    expect(answers.filter(({ status }) => status === 303)).to.have.length(1);
    for (const { status } of answers) expect([303, 422]).to.include(status);
  }).timeout(20_000);
});

onEveryEngine('The pages that a pass opens', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [{ name: 'everybody', methods: METHODS }],
      limits: { begunPerAddress: 1000 },
    },
  });

  it('add what is missing, and neither change nor remove what somebody has', async () => {
    const ada = await world().person('ada', { registered: true });
    const before = (await registrationNow(world(), ada)).methods;
    const there = await opened(world(), ada);
    expect(await there.browser.text())
      .to.contain('Set up an app')
      .and.not.to.contain('Add an address');
    await there.browser.open(`${world().issuer}/pass/email`);
    expect(await there.browser.heading(), 'no form for it').to.equal(OPEN);
    const { fields } = there.browser.prepared({});
    await there.browser.post('/pass/email', { ...fields, email: 'thief@elsewhere.test' });
    expect(there.browser.status).to.equal(409);
    await there.browser.post('/pass/remove', { ...fields, registered: before[0]?.id ?? '' });
    expect(there.browser.status).to.equal(404);
    expect((await registrationNow(world(), ada)).methods).to.deep.equal(before);
  });

  it('put an app beside one that is lost', async () => {
    const ada = await world().person('ada', { registered: true });
    await hasApp(world(), ada);
    const there = await opened(world(), ada);
    await there.browser.follow('Set up an app');
    await there.browser.submit({ name: 'new phone' });
    const [key = ''] = /(?:[A-Z2-7]{4} ?){8}/.exec(await there.browser.text()) ?? [];
    await there.browser.submit({ 'one-time-code': codeOf(world(), key.replaceAll(' ', '')) });
    expect(await methodsOf(world(), ada)).to.have.members(['email', 'totp', 'totp']);
  });

  it('replace a number that the directory has taken back', async () => {
    const ada = await world().person('ada');
    await hasPhone(world(), ada, 'sms');
    const { store: documents } = world().app.foundation;
    const registration = await registrationOf(documents, ada.id);
    const methods = registration.methods.map((one) => ({ ...one, data: { ...one.data, from: 'directory' } }));
    await documents.commit([replacing(registration, { ...registration, methods })]);
    const there = await opened(world(), ada);
    await there.browser.follow('Add a mobile phone');
    expect(await there.browser.field('tel')).not.to.equal(undefined);
  });

  it('end with the wait after a reset by one gate', async () => {
    const ada = await world().person('ada');
    const { store: documents } = world().app.foundation;
    const registration = await registrationOf(documents, ada.id);
    await documents.commit([replacing(registration, { ...registration, holdUntil: world().clock.now() + DAY })]);
    const there = await opened(world(), ada);
    await there.browser.follow('Add an address');
    await there.registersMail();
    expect(await methodsOf(world(), ada)).to.deep.equal(['email']);
    expect((await registrationNow(world(), ada)).holdUntil).to.equal(0);
  });

  const isClosed = async (browser: HttpBrowser): Promise<boolean> => {
    await browser.open(`${world().issuer}/pass/recovery`);
    return (await browser.heading()) === FORM;
  };

  it('close when she is done, after half an hour, and as soon as her next pass or a new password comes', async () => {
    const done = await opened(world(), await world().person('ada'));
    await done.browser.submit({}, 'Stop here');
    expect(await isClosed(done.browser), 'done').to.equal(true);

    const late = await opened(world(), await world().person('ada'));
    await world().later(30 * MINUTE);
    expect(await isClosed(late.browser), 'late').to.equal(true);

    const ada = await world().person('ada');
    const stolen = await opened(world(), ada);
    const own = await opened(world(), ada);
    expect(await isClosed(stolen.browser), 'a new pass').to.equal(true);
    expect(await isClosed(own.browser), 'the new one itself').to.equal(false);

    const { directory, store: documents } = world().app.foundation;
    const account = await directory.accounts.byId(ada.id);
    if (!account) throw new Error('nobody');
    await documents.commit(await directory.passwords.set(account, PASSWORD, 'administrator'));
    expect(await isClosed(own.browser), 'a new password').to.equal(true);
  });

  it('are of that browser alone: the cookie opens nothing in another', async () => {
    const ada = await opened(world(), await world().person('ada'));
    const thief = world().browser();
    await thief.open(`${world().issuer}/pass`);
    const cookies = ada.browser.cookies.header(new URL(world().issuer)) ?? '';
    const [, value = ''] = /(?:^|; )([^=]*pass=[^;]+)/.exec(cookies) ?? [];
    expect(value).not.to.equal('');
    const { headers, body } = await thief.send(new URL('/pass', world().issuer), {
      method: 'GET',
      headers: { cookie: `${thief.cookies.header(new URL(world().issuer)) ?? ''}; ${value}` },
    });
    expect(headers).not.to.equal(undefined);
    expect(body).to.contain(FORM).and.not.to.contain(OPEN);
  });

  it('are opened by no pass for a gate, none of an hour ago, and none with the name of somebody else', async () => {
    const ada = await world().person('ada');
    const eve = await world().person('eve');
    const forGate = await pass(world(), ada);
    await typesPass(world(), ada, forGate);
    expect(await ada.browser.text()).to.contain(WRONG);
    const typed = await pass(world(), ada, { for: 'registration' });
    await typesPass(world(), eve, typed);
    expect(await eve.browser.text()).to.contain(WRONG);
    await world().later(HOUR);
    await typesPass(world(), ada, typed);
    expect(await ada.browser.text()).to.contain(WRONG);
  });
});

onEveryEngine('An administrator with a pass for registration', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email'] }] } });

  it('is not let in by it alone, and uses it in a sign-in after the password', async () => {
    const carol = await world().person('carol', { adminRoles: ['owner'] });
    const { store: documents } = world().app.foundation;
    const registration = await registrationOf(documents, carol.id);
    await documents.commit([replacing(registration, { ...registration, holdUntil: world().clock.now() + DAY })]);
    const typed = await pass(world(), carol, { for: 'registration' });
    await typesPass(world(), carol, typed);
    expect(await carol.browser.heading()).to.equal('Sign in first');
    await carol.browser.open(`${world().issuer}/pass`);
    expect(await carol.browser.heading()).to.equal(FORM);
    await carol.signsIn();
    await carol.browser.submit({ pass: typed });
    await carol.registersMail();
    expect(await carol.browser.heading()).to.equal(ARRIVED);
  });
});

onEveryEngine('Somebody who becomes an administrator while a pass has opened the pages', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: METHODS }] } });

  it('registers nothing there any more', async () => {
    const carol = await opened(world(), await world().person('carol'));
    await carol.browser.follow('Add an address');
    const { fields } = carol.browser.prepared({ email: carol.alternateMail });
    const { directory, store: documents } = world().app.foundation;
    const person = await directory.people.byId(carol.id);
    if (!person) throw new Error('nobody');
    await documents.commit(directory.people.settingRoles(person, ['owner'], { actor: 'cli' }));
    await carol.browser.post('/pass/email', fields);
    expect(await carol.browser.heading()).to.equal(FORM);
    expect((await carol.alternateInbox()).mails.map(({ subject }) => subject)).to.deep.equal([]);
  });
});

onEveryEngine('Where no help desk issues passes', (store) => {
  const world = useWorld({ store, sspr: { pass: { offered: false } } });

  it('no page takes any, and none is linked', async () => {
    const ada = await world().person('ada');
    await hasAlternateMail(world(), ada);
    await ada.startsSignIn();
    expect(await ada.browser.text()).not.to.contain(HAVE);
    await ada.browser.open(`${world().issuer}/`);
    expect(await ada.browser.text()).not.to.contain(HAVE);
    await ada.browser.open(`${world().issuer}/pass`);
    expect(ada.browser.status).to.equal(404);
  });
});

import { expect } from 'chai';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { registrationNow } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import { HttpBrowser } from '../support/http-browser.ts';
import { pass } from '../support/passes.ts';
import type { Person } from '../support/person.ts';
import { hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const HERE = 'Your account’s security';
const CODE = 'Enter the code from your app';
const PAGE = '/security-info';

const USUAL = {
  name: 'everybody',
  methods: ['email', 'totp', 'recovery', 'passkey'],
  rememberSecondFactorDays: 30,
};

onEveryEngine('Dora looks after her account', (store) => {
  const world = useWorld({ store, sspr: { policies: [USUAL] } });

  const opens = (person: Person, path = PAGE): Promise<void> => person.browser.open(`${world().issuer}${path}`);

  const someone = async (name = 'dora'): Promise<Person> => {
    const dora = await world().person(name, { registered: true });
    await dora.signsIn();
    return dora;
  };

  const withApp = async (): Promise<Person> => {
    const dora = await world().person('dora', { registered: true });
    await hasApp(world(), dora);
    await dora.signsIn();
    await dora.browser.submit({ 'one-time-code': shownCode(world(), dora) });
    return dora;
  };

  const methods = async (person: Person): Promise<readonly string[]> =>
    (await registrationNow(world(), person)).methods.map(({ method }) => method);

  it('signs in to the page from the start page, as to an app, and sees what is hers', async () => {
    const dora = await world().person('dora', { registered: true });
    await dora.browser.open(world().issuer);
    await dora.browser.follow(HERE);
    await dora.givesPassword();
    expect(await dora.browser.heading()).to.equal(HERE);
    const text = await dora.browser.text();
    expect(text).to.include(dora.userName);
    expect(text).to.match(/Mail to d\S*@elsewhere\.test Added on/);
    expect(text).to.include('not used yet');
    expect(text).to.include('This browser');
    expect(text).to.include('Firefox, Linux');
    expect(text).to.include('Signed in');
  });

  it('adds what her policy allows, the strongest first, right after signing in', async () => {
    const dora = await someone();
    await opens(dora);
    const text = await dora.browser.text();
    expect(text).to.match(/Add another way.*Passkey.*Authenticator app.*Recovery codes/);
    expect(await dora.browser.offers('Set up questions')).to.equal(false);
    await dora.browser.follow('Make recovery codes');
    await dora.browser.submit({}, 'Show the codes');
    await dora.browser.submit({}, 'I have kept them');
    expect(await dora.browser.heading()).to.equal(HERE);
    expect(await dora.browser.text()).to.include('It is set up.');
    expect(await methods(dora)).to.deep.equal(['email', 'recovery']);
    expect((await dora.alternateInbox()).last.subject).to.equal('A way back into your account was added');
  });

  it('changes her address, of which the old one and her account’s are told', async () => {
    const dora = await someone();
    await opens(dora);
    const [before] = (await registrationNow(world(), dora)).methods;
    await dora.browser.follow(`${PAGE}/email`);
    await dora.registersMail(`new.${dora.alternateMail}`);
    expect(await dora.browser.heading()).to.equal(HERE);
    const [after] = (await registrationNow(world(), dora)).methods;
    expect(after?.id).not.to.equal(before?.id);
    expect(after?.data).to.deep.equal({ address: `new.${dora.alternateMail}` });
    for (const inbox of [await dora.alternateInbox(), await dora.inbox()]) {
      expect(inbox.last.subject).to.equal('A way back into your account was changed');
    }
    expect(await dora.browser.text()).to.include('Changed: Another email address');
  });

  it('is asked for her password again before a change, ten minutes later, and comes back to it', async () => {
    const dora = await someone();
    world().clock.advance(11 * MINUTE);
    await opens(dora);
    expect(await dora.browser.heading()).to.equal(HERE);
    await dora.browser.follow('Set up an app');
    expect(await dora.browser.field('current-password')).to.equal('');
    await dora.givesPassword();
    expect(await dora.browser.heading()).to.equal('Set up an authenticator app');
  });

  it('finishes what she began in time, but begins nothing else on the strength of it', async () => {
    const dora = await someone();
    world().clock.advance(9 * MINUTE);
    await opens(dora, `${PAGE}/email`);
    const address = `new.${dora.alternateMail}`;
    await dora.browser.submit({ email: address });
    world().clock.advance(2 * MINUTE);
    await opens(dora, `${PAGE}/totp`);
    expect(await dora.browser.field('current-password')).to.equal('');
    await opens(dora, `${PAGE}/email`);
    const { code } = await world().mail.to(address);
    await dora.browser.submit({ 'one-time-code': code });
    expect((await registrationNow(world(), dora)).methods.map(({ data }) => data)).to.deep.equal([{ address }]);
  });

  it('proves both factors before a change, also where this browser is not asked at sign-in', async () => {
    const dora = await world().person('dora', { registered: true });
    await hasApp(world(), dora);
    await dora.signsIn();
    await dora.browser.submit({ 'one-time-code': shownCode(world(), dora), remember: 'yes' });
    await dora.signsIn({ prompt: 'login' });
    await opens(dora);
    expect(await dora.browser.heading()).to.equal(HERE);
    expect(await dora.browser.text()).to.include('Browsers that are not asked again');
    world().clock.advance(MINUTE);
    await opens(dora, `${PAGE}/email`);
    expect(await dora.browser.heading()).to.equal(CODE);
    await dora.browser.submit({ 'one-time-code': shownCode(world(), dora) });
    expect(await dora.browser.heading()).to.equal('Add another email address');

    await opens(dora);
    await dora.browser.submit({}, 'Ask again');
    expect(await dora.browser.text()).to.include('This browser will be asked for a second proof again.');
    await dora.signsIn({ prompt: 'login' });
    expect(await dora.browser.heading()).to.equal(CODE);
  });

  it('removes what she no longer has, after a page that says what it means', async () => {
    const dora = await withApp();
    await opens(dora);
    await dora.browser.follow('Remove');
    expect(await dora.browser.heading()).to.equal('Remove this?');
    expect(await dora.browser.text()).to.include('Authenticator app “phone”');
    await dora.browser.submit({}, 'Remove it');
    expect(await dora.browser.heading()).to.equal(HERE);
    expect(await dora.browser.text()).to.include('It is removed.');
    expect(await methods(dora)).to.deep.equal(['email']);
    expect((await dora.inbox()).last.subject).to.equal('A way back into your account was removed');
    await dora.browser.reload();
    expect(await dora.browser.text()).not.to.include('It is removed.');
  });

  it('keeps the last one that her policy needs until there is another, and reads what to do', async () => {
    const dora = await someone();
    await opens(dora);
    await dora.browser.follow('Remove');
    expect(await dora.browser.heading()).to.equal('You still need this one');
    expect(await dora.browser.text()).to.include('Set up another one first.');
    expect(await dora.browser.offers('Set up an app')).to.equal(true);
    const [first] = (await registrationNow(world(), dora)).methods;
    const csrf = await csrfOf(dora);
    await dora.browser.post(`${PAGE}/remove`, { csrf, registered: first?.id ?? '' });
    expect(await methods(dora)).to.deep.equal(['email']);
  });

  const csrfOf = async (person: Person): Promise<string> => {
    await person.browser.open(`${world().issuer}/reset`);
    return (await person.browser.field('csrf')) ?? '';
  };

  it('chooses what a sign-in asks her for first', async () => {
    const dora = await withApp();
    await opens(dora);
    await dora.browser.follow('Make recovery codes');
    await dora.browser.submit({}, 'Show the codes');
    await dora.browser.submit({}, 'I have kept them');
    await dora.browser.follow('Choose what a sign-in asks for first');
    await dora.browser.submit({ method: 'recovery' }, 'Ask for this first');
    expect(await dora.browser.text()).to.include('From now on, this is asked for first.');
    await dora.signsIn({ prompt: 'login' });
    expect(await dora.browser.heading()).to.equal('Type a recovery code');
  });

  it('sees where she is signed in, and signs out elsewhere', async () => {
    const dora = await someone();
    await using telephone = new HttpBrowser(world().clock, {
      agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
    });
    const away = dora.with(telephone);
    await away.signsIn();
    await opens(away);
    expect(await telephone.heading()).to.equal(HERE);
    await opens(dora);
    expect(await dora.browser.text()).to.include('Safari, iPhone');
    await dora.browser.submit({}, 'Sign out everywhere else');
    expect(await dora.browser.text()).to.include('Everywhere else you are signed out.');
    expect(await dora.browser.text()).not.to.include('Sign out everywhere else');
    await telephone.reload();
    expect(await telephone.field('current-password')).to.equal('');

    await away.givesPassword();
    await opens(dora);
    const { fields } = dora.browser.forms.flatMap((form) =>
      form.action.endsWith('/sessions/end') ? [form] : [],
    )[0] ?? {
      fields: [],
    };
    const button = fields.find(({ type }) => type === 'submit')?.label ?? '';
    await dora.browser.submit({}, button);
    expect(await dora.browser.text()).to.include('It is signed out.');
    await telephone.reload();
    expect(await telephone.field('current-password')).to.equal('');
    await opens(dora);
    expect(await dora.browser.heading()).to.equal(HERE);
  });

  it('reads what happened lately, hers alone', async () => {
    const other = await someone('otto');
    await opens(other);
    await other.browser.follow('Make recovery codes');
    await other.browser.submit({}, 'Show the codes');
    await other.browser.submit({}, 'I have kept them');
    const dora = await someone();
    await opens(dora);
    await dora.browser.follow('Show more');
    expect(await dora.browser.heading()).to.equal('What happened lately');
    const text = await dora.browser.text();
    expect(text).to.match(/Signed in .* from the network address 127\.0\.0\.1 Firefox, Linux/);
    expect(text).not.to.include('Recovery codes');
  });

  it('says of what may not reach her any more that it is still hers', async () => {
    const dora = await someone();
    const { store: documents } = world().app.foundation;
    const registration = await registrationOf(documents, dora.id);
    const stale = { at: world().clock.now(), reason: 'bounced', dead: false } as const;
    const doubtful = registration.methods.map((one) => ({ ...one, stale }));
    await documents.commit([replacing(registration, { ...registration, methods: doubtful })]);
    await opens(dora);
    expect(await dora.browser.text()).to.include('Mail to it came back.');
    await dora.browser.follow('Still mine');
    expect(await dora.browser.heading()).to.equal('Is this still yours?');
    await dora.browser.submit({}, 'Yes, it is still mine');
    expect(await dora.browser.text()).to.include('It stays as it is.');
    expect(await dora.browser.text()).not.to.include('Mail to it came back.');
    const { methods: kept } = await registrationNow(world(), dora);
    expect(kept.map((one) => one.stale)).to.deep.equal([undefined]);
  });

  it('reads it in her language', async () => {
    const dora = (await world().person('dora', { registered: true })).with(world().browser('de'));
    await opens(dora);
    await dora.givesPassword();
    expect(await dora.browser.heading()).to.equal('Sicherheit Ihres Kontos');
    expect(await dora.browser.text()).to.match(/Hinzugefügt am 1\. März 2040.*Angemeldet/);
  });

  const waits = async (person: Person): Promise<void> => {
    const { store: documents } = world().app.foundation;
    const registration = await registrationOf(documents, person.id);
    await documents.commit([replacing(registration, { ...registration, holdUntil: world().clock.now() + DAY })]);
  };

  it('reads from when on she may change anything after a reset by one gate, and need not wait with a pass', async () => {
    const dora = await someone();
    await waits(dora);
    await opens(dora);
    expect(await dora.browser.text()).to.include('nothing can be added or removed right after that');
    for (const change of ['Change', 'Remove', 'Set up an app']) {
      expect(await dora.browser.offers(change), change).to.equal(false);
    }
    const issued = await pass(world(), dora, { for: 'registration' });
    await dora.browser.reload();
    await dora.browser.follow('I have a pass from the help desk');
    await dora.browser.submit({ pass: 'ABCD EFGH JKLM NPQR' }, 'Use the pass');
    expect(await dora.browser.text()).to.include('This pass is not right');
    await dora.browser.submit({ pass: issued }, 'Use the pass');
    expect(await dora.browser.heading()).to.equal(HERE);
    expect(await dora.browser.offers('Set up an app')).to.equal(true);
  });

  it('need not wait either once she proved another thing than the one that reset the password', async () => {
    const dora = await someone();
    await hasApp(world(), dora);
    await waits(dora);
    await opens(dora);
    await dora.browser.follow('Prove it by another way and do not wait');
    await dora.browser.submit({ 'one-time-code': shownCode(world(), dora) });
    expect(await dora.browser.heading()).to.equal(HERE);
    expect(await dora.browser.offers('Change')).to.equal(true);
  });
});

describe('Somebody whom the policy of resets does not hold for', () => {
  const world = useWorld({ sspr: { scope: 'selected', include: ['staff'], policies: [USUAL] } });

  it('sees sessions and what happened, and nothing to set up', async () => {
    const guest = await world().person('guest');
    await guest.browser.open(`${world().issuer}${PAGE}`);
    await guest.givesPassword();
    expect(await guest.browser.heading()).to.equal(HERE);
    expect(await guest.browser.text()).to.include('Where you are signed in');
    expect(await guest.browser.text()).not.to.include('Add another way');
    await guest.browser.open(`${PAGE}/totp`);
    expect((await guest.browser.url()).pathname).to.equal(PAGE);
  });
});

import { expect } from 'chai';
import { opens } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

/** The hyphen keeps the words together. */
const ENDED = /^This sign.in has ended$/;

const STOLEN = 'the password of a thief';

describe('Mallory, who has an account and a way back of her own', () => {
  const world = useWorld();
  let alice: Person;
  let mallory: Person;

  beforeEach(async () => {
    alice = await world().person('alice', { registered: true });
    mallory = await world().person('mallory', { registered: true });
  });

  const untouched = async (person: Person): Promise<void> => {
    expect(await opens(world(), person, STOLEN)).to.equal(false);
    expect(await opens(world(), person, person.password)).to.equal(true);
  };

  const cookie = (browser: HttpBrowser, name: string): string => browser.cookies.value(name) ?? '';

  it('resets nothing but her own password, whatever name she puts into the form', async () => {
    await mallory.opensReset();
    await mallory.typesCode();
    const { url, fields } = mallory.browser.prepared({ 'new-password': STOLEN });
    expect(fields).to.have.property('username', mallory.userName);
    await mallory.browser.post(url, { ...fields, username: alice.userName });
    await untouched(alice);
    expect(await opens(world(), mallory, STOLEN)).to.equal(true);
  });

  it('opens no gate of Alice by a code or a link of her own', async () => {
    await mallory.opensReset();
    const { code, link } = await mallory.alternateInbox();
    const thief = alice.with(world().browser());
    await thief.opensReset();
    await thief.browser.submit({ 'one-time-code': code });
    expect(await thief.browser.text()).to.contain('This code is not right');

    await thief.browser.open(link);
    expect(await thief.browser.text()).to.contain(`resets the password of ${mallory.userName}`);
    await thief.browser.submit();
    await thief.browser.submit({ 'new-password': STOLEN });
    await untouched(alice);
  });

  it('goes on in no flow of Alice with a cookie that is half hers', async () => {
    await alice.opensReset();
    const { code } = await alice.alternateInbox();
    await mallory.opensReset();
    await mallory.typesCode();
    const [alices = ''] = cookie(alice.browser, 'reset').split('.');
    const [, secret = ''] = cookie(mallory.browser, 'reset').split('.');
    const { url, fields } = mallory.browser.prepared({ 'new-password': STOLEN });
    mallory.browser.cookies.replace('reset', `${alices}.${secret}`);
    await mallory.browser.post(url, fields);
    expect(await mallory.browser.heading()).to.equal('This took too long');
    await mallory.browser.open('/reset/prove/email');
    expect((await mallory.browser.url()).pathname).to.equal('/reset');

    await alice.browser.submit({ 'one-time-code': code });
    expect(await alice.browser.heading()).to.equal('Choose a new password');
    await untouched(alice);
  });

  it('goes on in no flow of Alice with its whole cookie, which belongs to another browser', async () => {
    await alice.opensReset();
    await alice.typesCode();
    const thief = world().browser();
    await thief.open(`${world().issuer}/reset`);
    await thief.submit({ username: mallory.userName });
    thief.cookies.replace('reset', cookie(alice.browser, 'reset'));
    await thief.open('/reset/password');
    expect((await thief.url()).pathname).to.equal('/reset');
    await thief.post('/reset/password', { csrf: (await thief.field('csrf')) ?? '', password: STOLEN });
    expect(await thief.heading()).to.equal('This took too long');
    await untouched(alice);
  });

  it('moves no reset into a sign-in that another browser began', async () => {
    await alice.startsSignIn();
    const uid = (await alice.browser.url()).pathname.split('/').at(-1) ?? '';
    await mallory.startsSignIn();
    await mallory.browser.follow('Forgot your password?');
    const { url, fields } = mallory.browser.prepared({ username: mallory.userName });
    await mallory.browser.post(url, { ...fields, sign_in: uid });
    await mallory.typesCode();
    await mallory.choosesPassword('violet teapots at noon');
    expect(await mallory.browser.offers('Go back and sign in')).to.equal(false);
    await alice.browser.reload();
    expect(await alice.browser.field('username')).to.equal('');
  });

  it('has no part in a sign-in of Alice by its address, nor by its cookie under her own address', async () => {
    await alice.startsSignIn();
    const hers = await alice.browser.url();
    await mallory.startsSignIn();
    const { url, fields } = mallory.browser.prepared({
      username: mallory.userName,
      'current-password': mallory.password,
    });
    await mallory.browser.post(hers, fields);
    expect(await mallory.browser.heading()).to.match(ENDED);
    mallory.browser.cookies.replace('interaction', cookie(alice.browser, 'interaction'));
    await mallory.browser.post(url, fields);
    expect(await mallory.browser.heading()).to.match(ENDED);
    await alice.givesPassword();
    const outcome = alice.outcome();
    expect(outcome.kind === 'signed-in' && outcome.claims['sub']).to.equal(alice.id);
  });

  it('registers nothing for Alice by the code of a registration of her own', async () => {
    const nina = await world().person('nina');
    const thief = await world().person('thief');
    await nina.signsIn();
    await nina.browser.submit({ email: nina.alternateMail });
    await thief.signsIn();
    await thief.browser.submit({ email: 'thief@evil.test' });
    const { code } = await world().mail.to('thief@evil.test');
    await nina.browser.submit({ 'one-time-code': code });
    expect(await nina.browser.text()).to.contain('This code is not right');

    const { url, fields } = nina.browser.prepared({ 'one-time-code': code });
    await thief.browser.post(url, { ...fields, csrf: (await thief.browser.field('csrf')) ?? '' });
    expect(await thief.browser.heading()).to.match(ENDED);
  });
});

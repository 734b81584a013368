import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { registrationNow } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const PAGE = '/security-info';
const LIMITED = { name: 'limited', groups: ['limited'], methods: ['email', 'totp'] };
const USUAL = { name: 'everybody', methods: ['email', 'totp', 'recovery'] };

onEveryEngine('Somebody who abuses the page that manages methods', (store) => {
  const world = useWorld({ store, sspr: { policies: [LIMITED, USUAL] } });

  const post = async ({ browser }: Person, path: string, fields: Readonly<Record<string, string>> = {}) => {
    const csrf = await tokenOf(browser);
    await browser.post(`${world().issuer}${PAGE}${path}`, { csrf, ...fields });
    return browser.status;
  };

  const tokenOf = async (browser: HttpBrowser): Promise<string> => {
    await browser.open(`${world().issuer}/reset`);
    return (await browser.field('csrf')) ?? '';
  };

  const someone = async (name: string, groups: readonly string[] = []): Promise<Person> => {
    const person = await world().person(name, { registered: true, groups });
    await hasApp(world(), person);
    await person.signsIn();
    await person.browser.submit({ 'one-time-code': shownCode(world(), person) });
    return person;
  };

  const registered = async (person: Person): Promise<readonly string[]> =>
    (await registrationNow(world(), person)).methods.map(({ id }) => id);

  const everyChange = async (person: Person, ids: readonly string[]): Promise<void> => {
    for (const id of ids) await post(person, '/remove', { registered: id });
    await post(person, '/email', { email: 'thief@evil.test' });
    await post(person, '/totp', { name: 'thief' });
    await post(person, '/recovery');
    await post(person, '/preferred', { method: 'totp' });
  };

  it('removes nothing of somebody else by the id of what they registered', async () => {
    const victim = await someone('vera');
    const thief = await someone('tom');
    const before = [await registered(victim), await registered(thief)];
    for (const id of before[0] ?? []) {
      await thief.browser.open(`${world().issuer}${PAGE}/remove?registered=${encodeURIComponent(id)}`);
      expect(await thief.browser.heading()).to.equal('Your account’s security');
      expect(await post(thief, '/remove', { registered: id })).to.equal(409);
    }
    expect([await registered(victim), await registered(thief)]).to.deep.equal(before);
  });

  it('ends no session of somebody else, and forgets no browser of theirs', async () => {
    const victim = await someone('vera');
    await victim.browser.open(`${world().issuer}${PAGE}`);
    const away = victim.with(world().browser());
    await away.signsIn();
    world().clock.advance(MINUTE);
    await away.browser.submit({ 'one-time-code': shownCode(world(), victim) });
    await away.browser.open(`${world().issuer}${PAGE}`);
    const ids = away.browser.forms.flatMap(({ fields }) =>
      fields.filter(({ name }) => name === 'session').map(({ value }) => value),
    );
    expect(ids).to.have.length(1);
    const thief = await someone('tom');
    for (const session of ids) await post(thief, '/sessions/end', { session });
    await post(thief, '/sessions/end-others');
    await post(thief, '/browsers/forget', { browser: 'anything' });
    await victim.browser.reload();
    expect(await victim.browser.heading()).to.equal('Your account’s security');
  });

  it('changes nothing with a session whose proof is ten minutes old, and sees that password and code are missing', async () => {
    const victim = await someone('vera');
    const before = await registrationNow(world(), victim);
    world().clock.advance(10 * MINUTE);
    await everyChange(victim, await registered(victim));
    expect(await registrationNow(world(), victim)).to.deep.equal(before);
    expect((await world().mail.to('thief@evil.test')).mails).to.deep.equal([]);
    await victim.browser.open(`${world().issuer}${PAGE}/totp`);
    await victim.givesPassword();
    expect(await victim.browser.heading()).to.equal('Enter the code from your app');
  });

  it('changes nothing with the password alone, where there is a second factor', async () => {
    const victim = await world().person('vera', { registered: true });
    await victim.signsIn();
    await hasApp(world(), victim);
    const before = await registrationNow(world(), victim);
    await everyChange(victim, await registered(victim));
    expect(await registrationNow(world(), victim)).to.deep.equal(before);
    await victim.browser.open(`${world().issuer}${PAGE}/email`);
    expect(await victim.browser.heading()).to.equal('Enter the code from your app');
  });

  it('changes nothing by a form that another site posts, or without being signed in', async () => {
    const victim = await someone('vera');
    const before = await registrationNow(world(), victim);
    const [id = ''] = await registered(victim);
    for (const path of ['/remove', '/email', '/preferred', '/sessions/end-others']) {
      await victim.browser.post(`${world().issuer}${PAGE}${path}`, { registered: id, email: 'thief@evil.test' });
      expect(victim.browser.status, path).to.be.oneOf([400, 403]);
    }
    await everyChange(victim.with(world().browser()), await registered(victim));
    expect(await registrationNow(world(), victim)).to.deep.equal(before);
  });

  it('registers nothing that the policy does not allow', async () => {
    const limited = await someone('lara', ['limited']);
    const before = await registered(limited);
    await limited.browser.open(`${world().issuer}${PAGE}/recovery`);
    expect(await limited.browser.heading()).to.equal('Your account’s security');
    expect(await post(limited, '/recovery')).to.equal(409);
    expect(await post(limited, '/preferred', { method: 'recovery' })).to.equal(409);
    expect(await registered(limited)).to.deep.equal(before);
  });

  it('is left with what the policy needs, however many are removed at once', async () => {
    const vera = await someone('vera');
    const csrf = await tokenOf(vera.browser);
    const ids = await registered(vera);
    expect(ids).to.have.length(2);
    const url = `${world().issuer}${PAGE}/remove`;
    const bodies = Array.from({ length: 5 }, () => ids).flat();
    await Promise.all(
      bodies.map((id) => sendForm(vera.browser, url, new URLSearchParams({ csrf, registered: id }).toString())),
    );
    expect(await registered(vera)).to.have.length(1);
  });

  it('sees and does nothing any more once the person was disabled', async () => {
    const victim = await someone('vera');
    await victim.browser.open(`${world().issuer}${PAGE}/email`);
    const { directory, store: documents } = world().app.foundation;
    const person = await directory.people.byId(victim.id);
    if (!person) throw new Error('there is nobody');
    await documents.commit(directory.people.updating(person, { active: false }, { actor: 'cli' }));
    const before = await registrationNow(world(), victim);
    await everyChange(victim, await registered(victim));
    expect(await registrationNow(world(), victim)).to.deep.equal(before);
    await victim.browser.open(`${world().issuer}${PAGE}`);
    expect(await victim.browser.field('current-password')).to.equal('');
  });

  it('adds and removes nothing for a day after a reset by one gate', async () => {
    const victim = await world().person('vera', { registered: true });
    const thief = victim.with(world().browser());
    await thief.opensReset();
    await thief.browser.submit({}, 'Send a code');
    await thief.typesCode();
    await thief.choosesPassword('the password of a thief');
    await thief.signsIn();
    await thief.browser.open(`${world().issuer}${PAGE}`);
    expect(await thief.browser.text()).to.include('nothing can be added or removed right after that');
    const before = await registrationNow(world(), victim);
    await everyChange(thief, await registered(victim));
    expect(await registrationNow(world(), victim)).to.deep.equal(before);
  });
});

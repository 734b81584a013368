import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

onEveryEngine('Bob reads German', (store) => {
  const world = useWorld({ store });

  it('finds every page of his reset in German, and his mail too', async () => {
    const bob = (await world().person('bob', { registered: true })).with(world().browser('de-AT,de;q=0.9,en;q=0.5'));
    await bob.startsSignIn();
    const headings = [await bob.browser.heading()];
    await bob.browser.follow('Passwort vergessen?');
    headings.push(await bob.browser.heading());
    await bob.browser.submit({ username: bob.userName });
    headings.push(await bob.browser.heading());
    expect((await bob.alternateInbox()).last.subject).to.match(/Passwort/);
    await bob.typesCode();
    headings.push(await bob.browser.heading());
    expect(bob.browser.body).to.contain('<html lang="de" dir="ltr">');
    await bob.choosesPassword('violette Teekannen um zwölf');
    headings.push(await bob.browser.heading());
    expect(headings.join(' ')).not.to.match(/\b(your|the|password|sign)\b/i);
  });

  it('gets the language that the app asks for, until he chooses another', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.startsSignIn({ ui_locales: 'de' });
    expect(await bob.browser.heading()).to.equal('Anmelden');
    await bob.browser.follow('Passwort vergessen?');
    expect(bob.browser.body).to.contain('<html lang="de"');
    await bob.browser.follow('English');
    expect(await bob.browser.heading()).to.equal('Reset your password');
  });

  it('sees umlauts and other scripts in a new password taken as he typed them', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    await bob.typesCode();
    await bob.choosesPassword('schöne Grüße 東京 🫖 am Abend');
    await bob.signsIn();
    expect(bob.outcome().kind).to.equal('signed-in');
  });
});

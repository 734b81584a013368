import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';

const STOLEN = 'the password of a thief';

onAnySite(
  { failure: "A proof used for somebody else's reset", seen: 'LTB CVE-2023-49032, authentik CVE-2023-26481' },
  (site) => {
    it('resets nothing but its own password, whatever name is put into the form', async () => {
      const [alice, mallory] = [await site().somebody(), await site().somebody()];
      await mallory.opensReset();
      await mallory.typesCode();
      const { url, fields } = mallory.browser.prepared({ 'new-password': STOLEN });
      await mallory.browser.post(url, { ...fields, username: alice.userName });
      expect(await site().opens(alice, STOLEN)).to.equal(false);
      expect(await site().opens(mallory, STOLEN)).to.equal(true);
    });

    it('opens no gate of another by a code of its own', async () => {
      const [alice, mallory] = [await site().somebody(), await site().somebody()];
      await mallory.opensReset();
      const { code } = await mallory.alternateInbox();
      const thief = alice.with(site().browser());
      await thief.opensReset();
      await site().settle();
      await thief.browser.submit({ 'one-time-code': code });
      await thief.browser.open('/reset/password');
      expect((await thief.browser.url()).pathname).not.to.equal('/reset/password');
      expect(await site().opens(alice, alice.password)).to.equal(true);
    });

    it('goes on in no reset of another with any part of its cookies', async () => {
      const [alice, mallory] = [await site().somebody(), await site().somebody()];
      await alice.opensReset();
      await alice.typesCode();
      for (const name of alice.browser.cookies.names()) {
        const thief = mallory.with(site().browser());
        await thief.opensReset();
        thief.browser.cookies.replace(name, alice.browser.cookies.value(name) ?? '');
        await thief.browser.open('/reset/password');
        expect((await thief.browser.url()).pathname, name).not.to.equal('/reset/password');
        await thief.browser.post('/reset/password', {
          csrf: (await thief.browser.field('csrf')) ?? '',
          password: STOLEN,
        });
      }
      expect(await site().opens(alice, STOLEN)).to.equal(false);
    });
  },
);

import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const ASK = 'Ask the help desk to contact you';
const HELP_DESK = 'help@example.test';

onEveryEngine('Hanna, who proved one way and has no other', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'totp'] }] },
  });

  const stuck = async (begins: (person: Person) => Promise<void>): Promise<Person> => {
    const hanna = await world().person('hanna', { registered: true });
    await begins(hanna);
    await hanna.browser.submit({}, 'Send a code');
    await hanna.typesCode();
    return hanna;
  };
  const atReset = () => stuck((person) => person.opensReset());

  const requestsOf = async (to: string, { userName }: Person): Promise<readonly string[]> => {
    const { mails } = await world().mail.to(to);
    return mails
      .filter(({ subject }) => subject === `${userName} asks for help to get back in`)
      .map(({ text }) => text);
  };

  it('asks to be contacted: the help desk and every administrator get a mail that says who, what and from where', async () => {
    const owner = await world().person('owner', { adminRoles: ['owner'] });
    const hanna = await atReset();
    await hanna.browser.submit({}, ASK);
    expect(await hanna.browser.text()).to.contain('Your request was sent');
    for (const to of [HELP_DESK, owner.mail]) {
      const [text = '', ...more] = await requestsOf(to, hanna);
      expect(more).to.deep.equal([]);
      expect(text).to.contain('wants to reset the password').and.to.contain('Another email address');
      expect(text)
        .to.match(/127\.0\.0\.1|::1/)
        .and.to.contain('Check who it is');
    }
  });

  it('asks once a day, over resets and unlocks, and sees that she has asked', async () => {
    const hanna = await atReset();
    const { url, fields } = hanna.browser.prepared({}, ASK);
    await Promise.all([hanna.browser.submit({}, ASK), hanna.browser.post(url, fields)]);
    await hanna.opensUnlock();
    await hanna.browser.submit({}, 'Send a code');
    await hanna.typesCode();
    expect(await hanna.browser.heading()).to.equal('You need help to unlock the account');
    expect(await hanna.browser.offers(ASK)).to.equal(false);
    expect(await hanna.browser.text()).to.contain('Your request was sent');
    expect(await requestsOf(HELP_DESK, hanna)).to.have.length(1);
    await world().later(DAY);
    await hanna.opensReset();
    await hanna.browser.submit({}, 'Send a code');
    await hanna.typesCode();
    await hanna.browser.submit({}, ASK);
    expect(await requestsOf(HELP_DESK, hanna)).to.have.length(2);
  });

  it('is the only one who can: nobody asks in her name before a proof, nor where there is another way on', async () => {
    const hanna = await world().person('hanna', { registered: true });
    const asks = async (browser: HttpBrowser): Promise<number> => {
      await browser.post('/reset/help', { csrf: (await browser.field('csrf')) ?? '' });
      return browser.status;
    };
    const stranger = hanna.with(world().browser());
    await stranger.opensReset();
    expect(await stranger.browser.offers(ASK)).to.equal(false);
    expect(await asks(stranger.browser)).to.equal(409);
    expect(await requestsOf(HELP_DESK, hanna)).to.deep.equal([]);
  });
});

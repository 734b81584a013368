import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { PhoneInHand } from '../support/phone-in-hand.ts';
import { countedWork } from '../support/work.ts';
import { world } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const DONE = 'I have approved it';
const AGAIN = 'Ask once more';

onEveryEngine('a stranger who asks for an approval', (store) => {
  it('cannot tell by the work whether there is somebody with a phone, nobody, or a denial', async () => {
    const work = countedWork();
    const sspr = { policies: [{ name: 'everybody', methods: ['approval'] }] };
    await using w = await world({ store, sspr, surroundings: work.surroundings });
    const ivy = await w.person('ivy');
    const phone = new PhoneInHand(w.browser(), w.issuer);
    await ivy.signsIn();
    await ivy.browser.submit({});
    await ivy.browser.submit({ number: await phone.scans(ivy.browser) });
    await w.person('without-a-phone');

    const posts = (browser: HttpBrowser, button: string): Promise<readonly string[]> => {
      const { url, fields } = browser.prepared({}, button);
      return work.during(() => sendForm(browser, url, new URLSearchParams(fields).toString()));
    };

    const walk = async (username: string, meanwhile: () => Promise<unknown> = () => Promise.resolve()) => {
      const browser = w.browser();
      await browser.open(`${w.issuer}/reset`);
      await browser.submit({ username });
      await w.settle();
      await browser.open('/reset/prove/approval');
      await meanwhile();
      const [, state = ''] = /data-approval="([^"]+)"/.exec(browser.body) ?? [];
      const asked = await work.during(() => browser.send(state));
      const done = await posts(browser, DONE);
      const again = await posts(browser, AGAIN);
      return { asked, done, again, answer: (await browser.send(state)).body };
    };

    const somebody = await walk('ivy');
    expect(somebody.answer).to.equal('{"approved":false}');
    expect(await walk('nobody-of-that-name'), 'nobody').to.deep.equal(somebody);
    expect(await walk('without-a-phone'), 'without a phone').to.deep.equal(somebody);
    expect(await walk('ivy', () => phone.answers('deny')), 'after a denial').to.deep.equal(somebody);
  });

  it('cannot ask the page of somebody else whether it was approved', async () => {
    const sspr = { policies: [{ name: 'everybody', methods: ['approval'] }] };
    await using w = await world({ store, sspr });
    const ivy = await w.person('ivy');
    const phone = new PhoneInHand(w.browser(), w.issuer);
    await ivy.signsIn();
    await ivy.browser.submit({});
    await ivy.browser.submit({ number: await phone.scans(ivy.browser) });
    const there = ivy.with(w.browser());
    await there.opensReset();
    await w.settle();
    const [, number = ''] = /class="number"[^>]*>(\d\d)</.exec(there.browser.body) ?? [];
    const [, state = ''] = /data-approval="([^"]+)"/.exec(there.browser.body) ?? [];
    await phone.answers('approve', number);
    const stranger = w.browser();
    await stranger.open(w.issuer);
    expect((await stranger.send(state)).body).to.equal('{"approved":false}');
    expect((await there.browser.send(state)).body).to.equal('{"approved":true}');
  });
});

import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';
import { sendForm } from '../../support/send-form.ts';

onAnySite({ failure: 'A code or a link that is good for more than once', seen: 'Keycloak #26815, #21348' }, (site) => {
  it('is dead after a finished reset', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    const { link, code } = await dora.alternateInbox();
    await dora.browser.submit({ 'one-time-code': code });
    await dora.choosesPassword('violet teapots at noon');
    const thief = site().browser();
    await thief.open(link);
    expect(thief.status).to.equal(410);
  });

  it('is dead after a new request', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    const { link } = await dora.alternateInbox();
    await dora.opensReset();
    await dora.alternateInbox();
    const thief = site().browser();
    await thief.open(link);
    expect(thief.status).to.equal(410);
  });

  it('is won by one of fifty browsers that press the button of a link at once', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    const { link } = await dora.alternateInbox();
    const browsers = Array.from({ length: 50 }, () => site().browser());
    for (const browser of browsers) await browser.open(link);
    const replies = await Promise.all(
      browsers.map((browser) => {
        const { url, fields } = browser.prepared();
        return sendForm(browser, url, new URLSearchParams(fields));
      }),
    );
    expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
  });
});

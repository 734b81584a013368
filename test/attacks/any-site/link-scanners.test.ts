import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';

onAnySite({ failure: 'A link used up by a program that looks at mail', seen: 'kratos #3971' }, (site) => {
  it('is still good after it was opened by every method that changes nothing', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    const { link } = await dora.alternateInbox();
    const scanner = site().browser();
    for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS']) await scanner.send(link, { method });
    await scanner.open(link);
    await scanner.open('/reset/prove');
    await dora.browser.open(link);
    expect(dora.browser.status).to.equal(200);
    await dora.browser.submit();
    await dora.choosesPassword('violet teapots at noon');
    expect(await site().opens(dora, 'violet teapots at noon')).to.equal(true);
  });

  it('is gone from the address of the page, which tells nobody where its reader came from', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    const { link } = await dora.alternateInbox();
    await dora.browser.open(link);
    const secret = link.slice(link.lastIndexOf('/') + 1);
    expect((await dora.browser.url()).href).not.to.include(secret);
    expect(dora.browser.body).not.to.include(secret);
    expect(dora.browser.headers['referrer-policy']).to.equal('no-referrer');
  });
});

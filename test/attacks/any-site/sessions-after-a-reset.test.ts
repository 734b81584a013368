import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';

onAnySite({ failure: 'A session that outlives a reset', seen: 'an /auth in flight writes it again' }, (site) => {
  it('is over, though a hundred of its requests were in flight meanwhile', async () => {
    const dora = await site().somebody();
    await dora.signsIn();
    const page = `${site().issuer}/security-info`;
    expect((await dora.browser.send(page)).status).to.equal(200);

    const elsewhere = dora.with(site().browser());
    await elsewhere.opensReset();
    await elsewhere.typesCode();
    const requests = Array.from({ length: 50 }, () => dora.browser.send(page));
    await elsewhere.choosesPassword('violet teapots at noon');
    requests.push(...Array.from({ length: 50 }, () => dora.browser.send(page)));
    await Promise.all(requests);
    expect((await dora.browser.send(page)).status).not.to.equal(200);
    await dora.browser.open(page);
    expect(await dora.browser.field('current-password')).not.to.equal(undefined);
  });

  it('is begun by no reset: whoever finished one is signed in as nobody', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    await dora.typesCode();
    await dora.choosesPassword('violet teapots at noon');
    await dora.browser.open(`${site().issuer}/security-info`);
    expect(await dora.browser.field('current-password')).not.to.equal(undefined);
  });
});

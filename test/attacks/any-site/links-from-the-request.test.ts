import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';
import { EVIL, FORGED } from '../forged-headers.ts';

const PROGRAMS = ['/.well-known/openid-configuration', '/jwks', '/auth', '/session/end', '/nowhere', '/', '/reset'];

onAnySite({ failure: 'Links built from the host of a request', seen: 'Zitadel GHSA-2wmj-46rj-qm2w' }, (site) => {
  it('gets no mail and no page that leads anywhere but to the issuer', async () => {
    const dora = await site().somebody();
    const forger = dora.with(site().browser(FORGED));
    await forger.opensReset();
    expect(forger.browser.body).not.to.include(EVIL);
    const { text, html, link = '' } = (await dora.alternateInbox()).last;
    expect(new URL(link).origin).to.equal(new URL(site().issuer).origin);
    expect(text + html).not.to.include(EVIL);
  });

  it('moves nothing that programs read', async () => {
    for (const path of PROGRAMS) {
      const { body, headers } = await site().browser(FORGED).send(`${site().issuer}${path}`);
      expect(JSON.stringify([body, headers]), path).not.to.include(EVIL);
    }
  });
});

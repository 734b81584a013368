import { expect } from 'chai';
import { useWorld } from '../support/world.ts';
import { EVIL, FORGED } from './forged-headers.ts';
import { WatchedBrowser } from './watched-browser.ts';

describe('Somebody who forges what a request says of its host', () => {
  for (const trustedProxies of [[], ['127.0.0.0/8', '::1']]) {
    const place = trustedProxies.length > 0 ? 'behind a trusted proxy' : 'directly';
    describe(place, () => {
      const world = useWorld({ config: { http: { trustedProxies } } });

      it('gets mail, pages and redirects that lead to the issuer and nowhere else', async () => {
        const dora = await world().person('dora');
        const browser = new WatchedBrowser(world().clock, { host: EVIL, ...FORGED });
        const there = dora.with(browser);
        // The app is none of ours, and sees the forged headers as well.
        await there.startsSignIn();
        await there.givesPassword();
        await there.registersMail();
        await there.opensReset();
        await there.usesLink();
        await there.choosesPassword('violet teapots at noon');

        const { mails } = await dora.alternateInbox();
        expect(mails.map(({ subject }) => subject)).to.include('Your password was reset');
        const texts = [...mails, ...(await dora.inbox()).mails].flatMap(({ text, html }) => [text, html]).join('\n');
        const addresses = [...texts.matchAll(/https?:\/\/[^\s<>"]+/g)].map(([address]) => new URL(address).origin);
        expect(new Set(addresses)).to.deep.equal(new Set([world().issuer]));
        expect(texts).not.to.include(EVIL);
        expect(JSON.stringify(browser.replies)).not.to.include(EVIL);
        await browser[Symbol.asyncDispose]();
      });

      it('moves nothing that programs read', async () => {
        for (const path of ['/.well-known/openid-configuration', '/jwks', '/auth', '/session/end', '/nowhere', '/']) {
          const { body, headers } = await world()
            .browser()
            .send(`${world().issuer}${path}`, { headers: { host: EVIL, ...FORGED } });
          expect(JSON.stringify([body, headers]), path).not.to.include(EVIL);
        }
      });
    });
  }
});

import { expect } from 'chai';
import type { HttpBrowser } from '../../support/http-browser.ts';
import { onAnySite } from '../../support/site.ts';

const cookiesOf = ({ cookies }: HttpBrowser): string =>
  cookies
    .names()
    .map((name) => `${name}=${cookies.value(name) ?? ''}`)
    .join('; ');

onAnySite({ failure: 'A cookie from before a proof that is good after it', seen: 'session fixation' }, (site) => {
  const reaches = async (cookie: string, path: string): Promise<boolean> => {
    const { status } = await site().browser().send(`${site().issuer}${path}`, { headers: { cookie } });
    return status === 200;
  };

  it('has no part in the reset that goes on', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    const { code } = await dora.alternateInbox();
    const before = cookiesOf(dora.browser);
    await dora.browser.submit({ 'one-time-code': code });
    expect((await dora.browser.url()).pathname).to.equal('/reset/password');
    expect(await reaches(before, '/reset/password')).to.equal(false);
    expect(await reaches(cookiesOf(dora.browser), '/reset/password')).to.equal(true);
  });

  it('is signed in as nobody', async () => {
    const dora = await site().somebody();
    await dora.startsSignIn();
    const before = cookiesOf(dora.browser);
    await dora.givesPassword();
    expect(await reaches(before, '/security-info')).to.equal(false);
    expect(await reaches(cookiesOf(dora.browser), '/security-info')).to.equal(true);
  });
});

import { expect } from 'chai';
import type { HttpBrowser } from '../../support/http-browser.ts';
import { onAnySite } from '../../support/site.ts';
import { sendForm } from '../../support/send-form.ts';

const STOLEN = 'the password of a thief';

/** Every step of a reset as a form, also those that the page at hand does not have. */
const STEPS: readonly (readonly [path: string, fields: Readonly<Record<string, string>>])[] = [
  ['/reset/prove', { method: 'email' }],
  ['/reset/prove', { method: '__proto__' }],
  ['/reset/prove/email', { code: '' }],
  ['/reset/prove/questions', {}],
  ['/reset/prove/passkey', {}],
  ['/reset/link', {}],
  ['/reset/word', { word: 'badada' }],
  ['/reset/password', { password: STOLEN }],
  ['/reset/password', { username: 'somebody', password: STOLEN }],
];

onAnySite({ failure: 'A step of a reset skipped', seen: 'Keycloak CVE-2026-18963' }, (site) => {
  const tokenFor = async (browser: HttpBrowser): Promise<string> => {
    const here = await browser.field('csrf');
    if (here !== undefined && here !== '') return here;
    const other = site().browser();
    await other.open(`${site().issuer}/reset`);
    return (await other.field('csrf')) ?? '';
  };

  const postEverything = async (browser: HttpBrowser): Promise<void> => {
    const csrf = await tokenFor(browser);
    for (const [path, fields] of STEPS) {
      const reply = await sendForm(browser, `${site().issuer}${path}`, new URLSearchParams({ csrf, ...fields }));
      expect(reply.status, path).to.be.oneOf([200, 303, 400, 403, 404, 409, 410, 422]);
      expect(String(reply.headers.location), path).not.to.match(/password|done/);
    }
  };

  it('gets nobody to a new password before a name was typed', async () => {
    const dora = await site().somebody();
    await dora.browser.open(`${site().issuer}/reset`);
    await postEverything(dora.browser);
    expect(await site().opens(dora, STOLEN)).to.equal(false);
  });

  it('gets nobody to a new password before the first proof, "try another way" included', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    await site().settle();
    await postEverything(dora.browser);
    for (const path of ['/reset/prove', '/reset/password', '/reset/done', '/reset/word']) {
      await dora.browser.open(`${site().issuer}${path}`);
      expect((await dora.browser.url()).pathname, path).not.to.match(/password|done/);
    }
    expect(await site().opens(dora, STOLEN)).to.equal(false);
    expect(await site().opens(dora, dora.password)).to.equal(true);
  });

  it('takes no step twice once the password is chosen', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    await dora.typesCode();
    const again = dora.browser.prepared({ 'new-password': STOLEN });
    await dora.choosesPassword('violet teapots at noon');
    await sendForm(dora.browser, again.url, new URLSearchParams(again.fields));
    expect(await site().opens(dora, STOLEN)).to.equal(false);
    expect(await site().opens(dora, 'violet teapots at noon')).to.equal(true);
  });
});

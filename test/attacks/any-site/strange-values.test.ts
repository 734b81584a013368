import { expect } from 'chai';
import type { HttpBrowser } from '../../support/http-browser.ts';
import { onAnySite } from '../../support/site.ts';
import { sendForm } from '../../support/send-form.ts';

const SPECIALS = [
  '*',
  '*)(uid=*',
  ')(|(uid=*',
  '\\2a',
  'a\\00',
  'a=b,c+d"<>;',
  '\u202Eadmin',
  '__proto__',
  'constructor',
];
const TEMPLATES = ['<%= 1234567*7 %>', '{{1234567*7}}', '${1234567*7}', '\'"><b onload=x>\\', '%0d%0aBcc: x@evil.test'];

/** What would be there if a template or a mark had been taken for more than text. */
const TAKEN_FOR_MORE = /<b onload|8641969/;

onAnySite(
  { failure: 'What was typed taken for more than text', seen: 'ADSelfService CVE-2021-28958, LTB CVE-2018-12421' },
  (site) => {
    const signIn = async (): Promise<HttpBrowser> => {
      const browser = site().browser();
      await browser.open(`${site().issuer}/security-info`);
      return browser;
    };

    it('is a name that nobody bears, in a reset and in a sign-in', async () => {
      for (const name of [...SPECIALS, ...TEMPLATES]) {
        const reset = site().browser();
        await reset.open(`${site().issuer}/reset`);
        await reset.submit({ username: name });
        expect(reset.status, name).to.be.oneOf([200, 429]);
        expect(reset.body, name).not.to.match(TAKEN_FOR_MORE);
        const browser = await signIn();
        await browser.submit({ username: name, 'current-password': name });
        expect(browser.status, name).to.be.oneOf([200, 400, 401, 422, 429]);
        expect(browser.body, name).not.to.match(TAKEN_FOR_MORE);
        expect(await browser.field('current-password'), name).not.to.equal(undefined);
      }
    });

    it('is a password, sign for sign', async () => {
      const password = `<%= 1234567*7 %>{{x}} '";|&$(id) ü`;
      const dora = await site().somebody();
      await dora.opensReset();
      await dora.typesCode();
      await dora.choosesPassword(password);
      expect(await site().opens(dora, password)).to.equal(true);
      expect(await site().opens(dora, password.trimEnd().slice(0, -1))).to.equal(false);
    });

    it('is refused as an array, an object, twice, with NUL or as no text at all', async () => {
      const bodies = (csrf: string, name: string, value: string): readonly string[] => [
        `csrf=${csrf}&${name}[]=${value}`,
        `csrf=${csrf}&${name}[first]=${value}`,
        `csrf=${csrf}&${name}=${value}&${name}=another`,
        `csrf=${csrf}&${name}=a%00b`,
        `csrf=${csrf}&${name}=%FF%FE`,
        `csrf=${csrf}&${name}=${value}&accountId=1`,
      ];
      const browser = site().browser();
      await browser.open(`${site().issuer}/reset`);
      const csrf = encodeURIComponent((await browser.field('csrf')) ?? '');
      for (const body of bodies(csrf, 'username', 'somebody')) {
        expect((await sendForm(browser, `${site().issuer}/reset`, body)).status, body).to.equal(400);
      }
      const json = await sendForm(browser, `${site().issuer}/reset`, JSON.stringify({ username: 'x', csrf }), {
        'content-type': 'application/json',
      });
      expect(json.status).to.be.within(400, 499);
    });

    it('lets nobody in with an empty password, or none', async () => {
      const dora = await site().somebody();
      for (const password of ['', ' ', '\u00A0']) expect(await site().opens(dora, password)).to.equal(false);
      const browser = await signIn();
      const { url, fields } = browser.prepared({ username: dora.userName, 'current-password': '' });
      const { password: _none, ...rest } = fields;
      expect((await sendForm(browser, url, new URLSearchParams(rest))).status).to.be.within(400, 499);
    });
  },
);

import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';
import { sendForm } from '../../support/send-form.ts';

const STOLEN = 'the password of a thief';

const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
  { 'sec-fetch-site': 'cross-site', origin: 'null' },
  { 'sec-fetch-site': 'same-site', origin: 'https://evil.test' },
];

onAnySite({ failure: 'A form posted by another site', seen: 'Casdoor CVE-2023-34927' }, (site) => {
  it('chooses no password, with the cookies of its victim or with a token of its own', async () => {
    const dora = await site().somebody();
    await dora.opensReset();
    await dora.typesCode();
    const { url, fields } = dora.browser.prepared({ 'new-password': STOLEN });
    const stranger = site().browser();
    await stranger.open(`${site().issuer}/reset`);
    const { csrf: _csrf, ...bare } = fields;
    const own = { ...bare, csrf: (await stranger.field('csrf')) ?? '' };
    for (const headers of FOREIGN) {
      for (const body of [fields, bare, own]) {
        expect((await sendForm(dora.browser, url, new URLSearchParams(body), headers)).status).to.equal(403);
      }
    }
    for (const body of [bare, own]) {
      expect((await sendForm(dora.browser, url, new URLSearchParams(body))).status).to.equal(403);
    }
    expect(await site().opens(dora, STOLEN)).to.equal(false);
  });

  it('signs nobody in to the account of the attacker', async () => {
    const mallory = await site().somebody();
    const victim = site().browser();
    await victim.open(`${site().issuer}/security-info`);
    const { url, fields } = victim.prepared({ username: mallory.userName, 'current-password': mallory.password });
    for (const headers of FOREIGN) {
      expect((await sendForm(victim, url, new URLSearchParams(fields), headers)).status).to.equal(403);
    }
  });
});

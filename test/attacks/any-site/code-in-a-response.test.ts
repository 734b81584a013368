import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';

onAnySite({ failure: 'The code in a response', seen: 'Zitadel CVE-2026-105211' }, (site) => {
  it('is in no header and no body on the way to it', async () => {
    const dora = await site().somebody();
    const replies: string[] = [];
    const keep = async (path: string): Promise<void> => {
      const { status, headers, body } = await dora.browser.send(`${site().issuer}${path}`);
      replies.push(JSON.stringify([status, headers, body]));
    };
    await dora.opensReset();
    replies.push(JSON.stringify(dora.browser.headers) + dora.browser.body);
    const { code, link } = await dora.alternateInbox();
    for (const path of ['/reset/prove', '/reset/prove/email', '/reset/link', '/reset', '/']) await keep(path);
    await dora.browser.submit({ 'one-time-code': '12345678' });
    replies.push(JSON.stringify(dora.browser.headers) + dora.browser.body);
    const secrets = [code, link.slice(link.lastIndexOf('/') + 1)];
    for (const secret of secrets) expect(replies.filter((reply) => reply.includes(secret))).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';

onAnySite({ failure: 'A page that its browser does not protect', seen: 'expected by every auditor' }, (site) => {
  const PAGES = ['/', '/reset', '/security-info', '/nowhere'];

  it('runs no script of its own text, is framed by nobody and says nothing of where one comes from', async () => {
    for (const path of PAGES) {
      const { headers } = await site().browser().send(`${site().issuer}${path}`);
      if (headers.location !== undefined) continue;
      const policy = String(headers['content-security-policy']);
      expect(policy, path).to.match(/default-src 'none'/);
      expect(policy, path).to.match(/frame-ancestors 'none'/);
      expect(policy, path).not.to.match(/unsafe-inline|unsafe-eval|\*/);
      expect(headers['referrer-policy'], path).to.equal('no-referrer');
      expect(headers['x-content-type-options'], path).to.equal('nosniff');
      if (site().issuer.startsWith('https:'))
        expect(headers['strict-transport-security'], path).to.match(/max-age=\d{7,}/);
    }
  });

  it('keeps its cookies from scripts and from other sites', async () => {
    const dora = await site().somebody();
    const lines: string[] = [];
    for (const path of ['/reset', '/security-info']) {
      const reply = await dora.browser.send(`${site().issuer}${path}`);
      lines.push(...(reply.headers['set-cookie'] ?? []));
    }
    expect(lines).not.to.deep.equal([]);
    for (const line of lines) {
      expect(line).to.match(/; ?httponly/i);
      expect(line).to.match(/; ?samesite=(lax|strict)/i);
      if (site().issuer.startsWith('https:')) expect(line).to.match(/; ?secure/i);
    }
  });
});

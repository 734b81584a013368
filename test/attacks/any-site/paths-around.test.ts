import { expect } from 'chai';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { onAnySite } from '../../support/site.ts';
import { spellings } from '../spellings.ts';

const GUARDED = ['/reset/password', '/reset/prove', '/security-info', '/security-info/email', '/healthz', '/token'];

onAnySite({ failure: 'A path that goes around the check', seen: 'ADSelfService CVE-2021-40539' }, (site) => {
  /** As it stands: clients mend paths before they send them. */
  const ask = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { protocol, hostname, port } = new URL(site().issuer);
      const request = protocol === 'https:' ? secure : plain;
      const outgoing = request({ host: hostname, port, path }, (reply) => {
        reply.resume().once('end', () => {
          resolve(reply.statusCode ?? 0);
        });
      });
      outgoing.once('error', reject).end();
    });

  it('is served to nobody in another spelling', async () => {
    for (const path of GUARDED) {
      const own = await ask(path);
      for (const spelling of spellings(path)) {
        const alike = path === '/token' && spelling.toLowerCase().replace(/\/$/, '') === path;
        expect(await ask(spelling), spelling).to.be.oneOf([400, 404, ...(alike ? [own] : [])]);
      }
    }
  });

  it('is not opened by headers that rewrite it', async () => {
    for (const name of ['x-original-url', 'x-rewrite-url', 'x-forwarded-uri', 'x-http-method-override']) {
      const value = name.endsWith('override') ? 'POST' : '/reset/password';
      const { status } = await site()
        .browser({ [name]: value })
        .send(`${site().issuer}/nowhere`);
      expect(status, name).to.equal(404);
    }
  });
});

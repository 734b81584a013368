import { expect } from 'chai';
import { provisioner, scimToken } from '../support/scim.ts';
import { Wire } from '../support/wire.ts';
import type { Reply } from '../support/wire.ts';
import { useWorld } from '../support/world.ts';

/** Told of the answer, and not of the moment of it. */
const LASTING = ['content-type', 'content-length', 'etag', 'location', 'content-location', 'allow', 'www-authenticate'];

const told = ({ status, headers }: Reply) => ({
  status,
  ...Object.fromEntries(LASTING.map((name) => [name, String(headers[name]).replace(/client_id=.*/, '')])),
});

describe('a HEAD', () => {
  const world = useWorld();
  const alike = async (paths: readonly string[], headers: Readonly<Record<string, string>> = {}) => {
    using wire = new Wire();
    for (const path of paths) {
      const [asked, got] = [
        await wire.send(`${world().issuer}${path}`, { method: 'HEAD', headers }),
        await wire.send(`${world().issuer}${path}`, { method: 'GET', headers }),
      ];
      expect(asked.body, path).to.equal('');
      expect(told(asked), path).to.deep.equal(told(got));
    }
  };

  it('of a page, of the provider and of what is served nowhere is answered as a GET, without the content', async () => {
    const pages = ['/', '/reset', '/unlock', '/pass', '/security-info', '/healthz', '/nothing'];
    const provider = ['/.well-known/openid-configuration', '/jwks', '/auth', '/me', '/session/end'];
    await alike([...pages, ...provider]);
  });

  it('of anything that SCIM serves is answered as a GET, without the content, also by 304 and by errors', async () => {
    const authorization = `Bearer ${await scimToken(world(), { name: 'okta' })}`;
    using entra = await provisioner(world());
    const { body } = await entra.user('hedda', { title: 'Chief' });
    const discovery = ['/ServiceProviderConfig', '/ResourceTypes', '/ResourceTypes/User', '/Schemas'];
    const people = ['/Users?filter=title+eq+%22Chief%22', '/Users?count=0', `/Users/${body.id}`, '/Groups', '/'];
    const errors = ['/Users/nobody', '/Users?filter=nonsense', '/Bulk', '/Users/.search', '/nothing'];
    const paths = [...discovery, ...people, ...errors].map((path) => `/scim/v2${path}`);
    await alike(paths, { authorization });
    await alike([`/scim/v2/Users/${body.id}`], { authorization, 'if-none-match': body.meta.version });
    await alike(['/scim/v2/Users']);
  });
});

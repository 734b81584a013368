import { expect } from 'chai';
import { world, type World } from '../support/world.ts';

/** Begins a sign-in to a page of our own, as `/security-info` does, and enters the password. */
const entersOwnPage = async (w: World): Promise<string> => {
  const alice = await w.person('alice');
  const query = {
    client_id: 'latchkey-pages',
    redirect_uri: `${w.issuer}/signed-in`,
    response_type: 'none',
    scope: 'openid',
  };
  await alice.browser.open(`${w.issuer}/auth?${new URLSearchParams(query).toString()}`);
  await alice.browser.submit({ username: alice.userName, password: alice.password });
  return (await alice.browser.url()).pathname.replace(/^\/interaction\/[^/]+/, '');
};

describe('On the way to a page of our own', () => {
  it('nobody is nagged to register, which they may be about to do there', async () => {
    await using w = await world({
      sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag' }] },
    });
    expect(await entersOwnPage(w)).to.equal('/signed-in');
  });

  it('who has to register does so first', async () => {
    await using w = await world({
      sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'required' }] },
    });
    expect(await entersOwnPage(w)).to.match(/^\/register/);
  });
});

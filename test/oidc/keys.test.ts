import { expect } from 'chai';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { ClientMetadata } from '../../src/config/clients.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { keySets, loadKeys, nextKeysJob, rotateKeys, type KeyParts } from '../../src/oidc/keys.ts';
import { providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';

const DAY = 86_400_000;

const idTokenOf = async (world: ProviderWorld): Promise<string> => {
  await using browser = world.browser();
  await world.signInAs(browser);
  return String(signedIn(world.app.outcomes.at(-1)).tokens.id_token);
};

describe('signing keys', () => {
  const algorithms: [asked: ClientMetadata['id_token_signed_response_alg'], used: string][] = [
    [undefined, 'RS256'],
    ['RS256', 'RS256'],
    ['ES256', 'ES256'],
    ['EdDSA', 'EdDSA'],
  ];
  for (const [asked, used] of algorithms) {
    it(`sign by ${used} for an app that asks for ${asked ?? 'nothing'}`, async () => {
      await using world = await providerWorld({ app: asked ? { id_token_signed_response_alg: asked } : {} });
      const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`));
      const token = await idTokenOf(world);
      const { protectedHeader } = await jwtVerify(token, keys, { issuer: world.issuer, audience: 'app' });
      expect(protectedHeader.alg).to.equal(used);
    });
  }
});

describe('the set of signing keys', () => {
  let world: ProviderWorld;
  let parts: KeyParts;
  beforeEach(async () => {
    world = await providerWorld();
    parts = world;
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const published = async (): Promise<string[]> => {
    const response = await fetch(`${world.issuer}/jwks`);
    const { keys } = (await response.json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };

  it('is one and the same for nodes that start at once', async () => {
    await world.store.remove(keySets, 'signing');
    const sets = await Promise.all(Array.from({ length: 5 }, () => loadKeys(parts)));
    expect(new Set(sets.map((keys) => keys.map(({ kid }) => kid).join())).size).to.equal(1);
    expect((await world.events()).filter(({ type }) => type === 'keys.created')).to.have.length(1);
  }).timeout(120_000);

  it('rests sealed: no private number of a key stands in the store', async () => {
    const { sealed } = (await world.store.get(keySets, 'signing')) ?? { sealed: '' };
    const keys = await loadKeys(parts);
    for (const { jwk } of keys) expect(sealed).to.not.include(String(jwk.d));
  });

  it('publishes the next keys before they sign, and those of before after they signed', async () => {
    await nextKeysJob(parts).run();
    const before = await loadKeys(parts);
    const token = await idTokenOf(world);
    world.clock.advance(DAY + 1);
    const after = await rotateKeys(parts, false, 'cli');
    const kids = (keys: typeof after, state: string) => keys.filter((key) => key.state === state).map(({ kid }) => kid);
    expect(kids(after, 'current')).to.have.members(kids(before, 'next'));
    expect(kids(after, 'previous')).to.have.members(kids(before, 'current'));
    await world.takenUp(after);
    expect(await published()).to.have.members(after.map(({ kid }) => kid));
    const currentDate = new Date(world.clock.now() - DAY);
    const verified = await jwtVerify(token, createRemoteJWKSet(new URL(`${world.issuer}/jwks`)), { currentDate });
    expect(verified.payload.sub).to.equal(world.alice.id);
    expect(kids(after, 'current')).to.include(decodeProtectedHeader(await idTokenOf(world)).kid);
  }).timeout(120_000);

  it('does not rotate into keys that apps may not have read yet, unless told to hurry', async () => {
    const error = await rotateKeys(parts, false, 'cli').catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(AppError).with.property('code', 'forbidden');
    const hurried = await rotateKeys(parts, true, 'cli');
    expect(hurried.filter(({ state }) => state === 'previous')).to.have.length(3);
    const [rotated] = (await world.events()).filter(({ type }) => type === 'keys.rotated');
    expect(rotated).to.include({ actor: 'cli' });
  }).timeout(120_000);

  it('lets go of keys that signed nothing for a month', async () => {
    await rotateKeys(parts, true, 'cli');
    await rotateKeys(parts, true, 'cli');
    world.clock.advance(31 * DAY);
    const later = await rotateKeys(parts, false, 'cli');
    expect(later.filter(({ state }) => state === 'previous')).to.have.length(3);
  }).timeout(120_000);
});

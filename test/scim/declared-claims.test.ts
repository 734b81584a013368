import { expect } from 'chai';
import * as client from 'openid-client';
import { scimConfig } from '../../plugins/scim/config.ts';
import { STANDARD_CLAIMS } from '../../src/kernel/standard-claims.ts';
import { onEveryEngine } from '../support/engines.ts';
import { ENTERPRISE, useProvisioners } from '../support/scim.ts';
import { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const URN = 'urn:example:params:scim:Staff';
const PASSWORD = 'teal harbour lamps 27 in the fog';

const staff = {
  id: URN,
  name: 'staff',
  attributes: [
    { name: 'costUnit', claim: 'cost_unit', scope: 'staff' },
    { name: 'floor', type: 'integer', claim: 'https://example.org/floor', scope: 'staff' },
    { name: 'since', type: 'dateTime', claim: 'since', scope: 'history' },
    {
      ...{ name: 'vehicles', type: 'complex', multiValued: true, claim: 'vehicles', scope: 'staff' },
      subAttributes: [{ name: 'plate' }],
    },
    { name: 'secretive' },
  ],
};

/** Of the enterprise extension, and one whose scope is that of attributes of our own. */
const claims = [
  { attribute: 'costCenter', claim: 'cost_center', scope: 'staff' },
  { attribute: 'manager', claim: 'manager', scope: 'history' },
];

onEveryEngine('an attribute of the operator’s own that has a claim', (engine) => {
  const world = useWorld({
    store: engine,
    config: { plugins: { scim: { extensions: [staff], claims, passwords: true } } },
    sspr: { scope: 'none' },
    otherParty: { first_party: false },
  });

  const { okta } = useProvisioners(world);

  const values = {
    costUnit: 'unit A7 of Alice',
    floor: 3,
    since: '2020-02-01T00:00:00.000Z',
    vehicles: [{ plate: 'UL-A 1' }],
    secretive: 'told to nobody',
  };

  const brought = async (userName: string, given: object = values, more: object = {}): Promise<Person> => {
    const w = world();
    const { body, status, text } = await okta().user(userName, { password: PASSWORD, [URN]: given, ...more });
    expect(status, text).to.equal(201);
    const known = { id: body.id, userName, mail: '', alternateMail: '', password: PASSWORD };
    return Person.known(w, known, w.browser());
  };

  const signedIn = async (person: Person, parameters: Readonly<Record<string, string>>) => {
    await person.signsIn(parameters);
    const outcome = person.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(outcome.error);
    const { configuration } = world().party;
    const info = await client.fetchUserInfo(configuration, outcome.tokens.access_token, person.id);
    return { claims: outcome.claims, info };
  };

  it('is told to an app that asks for its scope, and to no other', async () => {
    const { info } = await signedIn(await brought('anna'), { scope: 'openid staff' });
    expect(info).to.deep.include({
      cost_unit: 'unit A7 of Alice',
      'https://example.org/floor': 3,
      vehicles: [{ plate: 'UL-A 1' }],
    });
    expect(info).to.not.have.any.keys('since', 'secretive', 'name');
    const other = await signedIn(await brought('berta'), { scope: 'openid profile email groups' });
    expect(other.info).to.not.have.any.keys('cost_unit', 'https://example.org/floor', 'vehicles', 'since');
    expect(JSON.stringify(other)).to.not.contain('unit A7 of Alice');
  });

  it('may be one of the standard’s schemas, to which the configuration gives a claim', async () => {
    const enterprise = { costCenter: '4711', department: 'Sales', manager: { value: 'm-1' } };
    const gus = await brought('gus', {}, { [ENTERPRISE]: enterprise });
    const { info } = await signedIn(gus, { scope: 'openid staff history' });
    expect(info).to.deep.include({ cost_center: '4711', manager: { value: 'm-1' } });
    expect(JSON.stringify(info)).to.not.contain('Sales');
    expect(world().party.configuration.serverMetadata().claims_supported).to.include.members([
      'cost_center',
      'manager',
    ]);
  });

  it('stands in the ID token where an app asks for the claim by itself, as SCIM writes it', async () => {
    const claims = JSON.stringify({ id_token: { cost_unit: null, since: { essential: true } } });
    const told = await signedIn(await brought('cyd'), { scope: 'openid', claims });
    expect(told.claims).to.include({ cost_unit: 'unit A7 of Alice', since: '2020-02-01T00:00:00.000Z' });
    expect(told.info).to.not.have.any.keys('cost_unit', 'since');
  });

  it('is told to an app of others once its person was asked, by the name of the scope', async () => {
    const { otherParty } = world();
    const fay = await brought('fay');
    await fay.startsSignIn({ scope: 'openid staff' }, otherParty);
    await fay.givesPassword();
    expect(await fay.browser.text()).to.match(/staff/);
    expect(otherParty.outcomes).to.have.length(0);
    await fay.browser.submit({}, 'Allow The other-app');
    const outcome = otherParty.outcomes.at(-1);
    if (outcome?.kind !== 'signed-in') throw new Error('not signed in');
    const info = await client.fetchUserInfo(otherParty.configuration, outcome.tokens.access_token, fay.id);
    expect(info).to.include({ cost_unit: 'unit A7 of Alice' });
  });

  it('is left out of what is told of whoever has none', async () => {
    const { info } = await signedIn(await brought('dan', {}), { scope: 'openid staff history' });
    expect(info).to.not.have.any.keys('cost_unit', 'https://example.org/floor', 'vehicles', 'since');
  });

  it('is named with its scope in discovery, and one without a claim is not', () => {
    const metadata = world().party.configuration.serverMetadata();
    expect(metadata.scopes_supported).to.include.members(['openid', 'profile', 'staff', 'history']);
    expect(metadata.claims_supported).to.include.members([
      ...['sub', 'email', 'cost_unit', 'https://example.org/floor', 'since', 'vehicles'],
    ]);
    expect(JSON.stringify(metadata)).to.not.contain('secretive');
  });
});

describe('the claim of an attribute', () => {
  const faultsOf = (...attributes: readonly object[]): string => {
    const { error } = scimConfig.safeParse({ extensions: [{ id: URN, name: 'staff', attributes }] });
    return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  };

  it('has a name and a scope that mean nothing else, and both or neither', () => {
    const one = { name: 'a', claim: 'a', scope: 'staff' };
    expect(faultsOf(one, { name: 'b', claim: 'b', scope: 'staff' })).to.equal('');
    for (const claim of [...Object.values(STANDARD_CLAIMS).flat(), 'iss', 'aud', 'nonce', 'client_id', 'scope']) {
      expect(faultsOf({ ...one, claim }), claim).to.contain('attributes.0.claim: means something already');
    }
    for (const scope of [...Object.keys(STANDARD_CLAIMS), 'offline_access']) {
      expect(faultsOf({ ...one, scope }), scope).to.contain('attributes.0.scope: means something already');
    }
    expect(faultsOf({ name: 'a', claim: 'a' })).to.contain('a claim has a scope');
    expect(faultsOf({ name: 'a', scope: 'staff' })).to.contain('a scope is that of a claim');
    expect(faultsOf(one, { ...one, name: 'b' })).to.contain('attributes.1.claim: another attribute is told as a');
    expect(faultsOf({ ...one, scope: 'two words' })).to.contain('without spaces');
    const extensions = [{ id: URN, name: 'staff', attributes: [one] }];
    const named = ['a', 'b', 'b'].map((claim) => ({ attribute: 'title', claim, scope: 'staff' }));
    const { error } = scimConfig.safeParse({
      extensions,
      claims: [
        ...named,
        ...['password', 'colour', 'staff.a'].map((attribute) => ({ ...named[0], attribute, claim: attribute })),
      ],
    });
    expect((error?.issues ?? []).map(({ path }) => path.join('.'))).to.have.members([
      ...['claims.0.claim', 'claims.2.claim', 'claims.3.attribute', 'claims.4.attribute', 'claims.5.attribute'],
    ]);
  });
});

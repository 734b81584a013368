import { expect } from 'chai';
import fc from 'fast-check';
import { attribute, complex } from '../../plugins/scim/schema/attribute.ts';
import type { ResourceType } from '../../plugins/scim/schema/attribute.ts';
import { coerce } from '../../plugins/scim/schema/coerce.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import type { ScimAttributes } from '../../plugins/scim/schema/value.ts';
import { ENTERPRISE, GroupType, User } from './people.ts';

const made = (resource: object, before?: ScimAttributes): ScimAttributes =>
  coerce(User, { userName: 'anna', ...resource }, before);

const isRefused = (scimType: string, resource: unknown, before?: ScimAttributes, type = User): void => {
  let found: unknown;
  try {
    found = coerce(type, resource, before);
  } catch (error) {
    found = error;
  }
  expect(found, JSON.stringify(resource).slice(0, 80))
    .to.be.instanceOf(ScimError)
    .and.to.include({ scimType, status: 400 });
};

describe('A resource that a client sends', () => {
  it('has its attributes in any case, those of extensions under their URN in any case', () => {
    expect(
      coerce(User, { USERNAME: 'berta', Name: { GIVENNAME: 'B' }, [ENTERPRISE.toUpperCase()]: { Department: 'Law' } }),
    ).to.deep.equal({
      userName: 'berta',
      name: { givenName: 'B' },
      [ENTERPRISE]: { department: 'Law' },
    });
  });

  it('is refused with an attribute under two names that differ in case only, at any depth that is read', () => {
    for (const twice of [
      { active: true, ACTIVE: false },
      { name: { givenName: 'A', GivenName: 'B' } },
      { emails: [{ value: 'a@example.test', Value: 'b@example.test' }] },
      { [ENTERPRISE]: { department: 'A' }, [ENTERPRISE.toUpperCase()]: { department: 'B' } },
    ]) {
      isRefused('invalidSyntax', { userName: 'anna', ...twice });
    }
    expect(made({ unknown: { a: 1, A: 2 } })).to.not.have.property('unknown');
  });

  it('has what is read-only, unknown or of nobody ignored', () => {
    const resource = {
      schemas: ['x'],
      id: 'mine',
      meta: { version: 'x' },
      groups: [{ value: 'g' }],
      adminRoles: ['owner'],
      kind: 'service',
      authority: 'x',
      epoch: 7,
      source: 'x',
      foldVersion: 9,
      folded: {},
      verifiedAt: 1,
      emails: [{ value: 'a@x.example', verifiedAt: 1, folded: 'b@x.example', $ref: 'x' }],
      'urn:example:Unknown': { a: 1 },
      [ENTERPRISE]: { manager: { value: 'm', displayName: 'forged' } },
    };
    expect(made(resource)).to.deep.equal({
      userName: 'anna',
      emails: [{ value: 'a@x.example' }],
      [ENTERPRISE]: { manager: { value: 'm' } },
    });
  });

  it('means unassigned by null, an empty list, an empty text and a value without value', () => {
    const resource = {
      title: null,
      nickName: '',
      name: { givenName: null },
      emails: [],
      phoneNumbers: null,
      roles: [{ type: 'x' }, { value: null }, null],
      addresses: [{}],
      [ENTERPRISE]: { manager: '', department: null },
    };
    expect(made(resource)).to.deep.equal({ userName: 'anna' });
  });

  it('may write booleans as text, and the values of lists and the manager bare', () => {
    expect(made({ active: 'True' })).to.include({ active: true });
    expect(made({ active: 'FALSE' })).to.include({ active: false });
    expect(made({ emails: 'a@x.example', roles: ['a', 'b'], [ENTERPRISE]: { manager: 'm' } })).to.deep.equal({
      userName: 'anna',
      emails: [{ value: 'a@x.example' }],
      roles: [{ value: 'a' }, { value: 'b' }],
      [ENTERPRISE]: { manager: { value: 'm' } },
    });
  });

  it('has no value twice and one primary at most', () => {
    const emails = [
      { value: 'a@x.example', type: 'work' },
      { value: 'A@x.example', type: 'WORK', display: 'again' },
      { value: 'a@x.example', type: 'home', primary: true },
      { value: 'b@x.example', primary: 'True' },
    ];
    expect(made({ emails })['emails']).to.deep.equal([
      { value: 'a@x.example', type: 'work' },
      { value: 'a@x.example', type: 'home', primary: true },
      { value: 'b@x.example', primary: false },
    ]);
  });

  it('has no address twice when the two differ by nothing but which was primary', () => {
    const addresses = [{ locality: 'Kiel', primary: true }, { type: 'home', primary: true }, { type: 'home' }];
    expect(made({ addresses })['addresses']).to.deep.equal([
      { locality: 'Kiel', primary: true },
      { type: 'home', primary: false },
    ]);
  });

  it('is refused without what is required', () => {
    for (const resource of [{}, { userName: null }, { userName: '' }, { userName: '  ' }])
      isRefused('invalidValue', resource);
    isRefused('invalidValue', {}, undefined, GroupType);
  });

  it('is refused when it is no object', () => {
    for (const resource of [null, [], 'x', 7, true]) isRefused('invalidSyntax', resource);
  });

  it('is refused with values of another type, of another form or too large', () => {
    const wrong: readonly object[] = [
      { userName: 7 },
      { userName: ['a', 'b'] },
      { userName: 'a\u202Eb' },
      { userName: 'x'.repeat(257) },
      { title: true },
      { title: 7 },
      { title: 'x'.repeat(1025) },
      { title: 'a\0b' },
      { title: '\ud800' },
      { active: 'yes' },
      { active: 1 },
      { emails: [{ value: 'nobody' }] },
      { emails: [{ value: 'a@x.example\r\nBcc: b@x.example' }] },
      { emails: [[{ value: 'a@x.example' }]] },
      { emails: Array.from({ length: 101 }, (_, n) => ({ value: `a${String(n)}@x.example` })) },
      { name: 'Anna' },
      { addresses: ['Ulm'] },
      { [ENTERPRISE]: 'x' },
      { [ENTERPRISE]: [] },
    ];
    for (const resource of wrong) isRefused('invalidValue', { userName: 'anna', ...resource });
  });

  it('in a PUT takes away what it does not name, but neither enables, disables nor unnames anybody', () => {
    const before = made({ title: 'Dr', active: false, emails: [{ value: 'a@x.example' }] });
    expect(coerce(User, { userName: 'anna' }, before)).to.deep.equal({ userName: 'anna', active: false });
    expect(coerce(User, { userName: 'anna', active: null }, before)).to.include({ active: false });
    isRefused('invalidValue', { title: 'Dr' }, before);
  });

  it('in a PUT cannot change what is immutable, and keeps it where it leaves it out', () => {
    const schema = {
      id: 'urn:example:Badge',
      name: 'Badge',
      attributes: [attribute('number', 'string', { mutability: 'immutable' })],
    };
    const type: ResourceType = { ...User, extensions: [schema] };
    const first = coerce(type, { userName: 'a', [schema.id]: { number: '7' } });
    expect(coerce(type, { userName: 'a' }, first)).to.deep.equal(first);
    expect(coerce(type, { userName: 'a', [schema.id]: { number: '7' } }, first)).to.deep.equal(first);
    isRefused('mutability', { userName: 'a', [schema.id]: { number: '8' } }, first, type);
  });

  it('has numbers and moments of an extension checked, and moments brought to one spelling', () => {
    const attributes = [
      attribute('size', 'integer'),
      attribute('share', 'decimal'),
      attribute('since', 'dateTime'),
      complex('part', [attribute('size', 'integer')]),
    ];
    const schema = { id: 'urn:example:Things', name: 'Things', attributes };
    const type: ResourceType = { ...User, extensions: [schema] };
    const given = (things: object) => ({ userName: 'a', [schema.id]: things });
    const since = '2026-01-01T14:00:00+02:00';
    expect(coerce(type, given({ size: 3, share: 0.5, since, part: { size: 1 } }))[schema.id]).to.deep.equal({
      size: 3,
      share: 0.5,
      since: '2026-01-01T12:00:00.000Z',
      part: { size: 1 },
    });
    for (const things of [
      { size: 1.5 },
      { size: '3' },
      { size: 2 ** 53 },
      { share: 'x' },
      { since: 'yesterday' },
      { since: 7 },
      { part: { size: true } },
    ]) {
      isRefused('invalidValue', given(things), undefined, type);
    }
  });

  it('touches nothing that objects inherit, and is nothing but the attributes of its schema, whatever it is', () => {
    const hostile = JSON.parse(
      '{"userName":"anna","__proto__":{"title":"x","polluted":1},"constructor":{"prototype":{"polluted":1}},"name":{"__proto__":{"givenName":"x"}}}',
    ) as unknown;
    expect(coerce(User, hostile)).to.deep.equal({ userName: 'anna' });
    const name = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'emails', 'name', 'value', 'userName', 'active', ENTERPRISE),
      fc.string(),
    );
    const known = new Set([...User.schema.attributes.map((one) => one.name), 'externalId', ENTERPRISE]);
    fc.assert(
      fc.property(fc.object({ key: name, maxDepth: 3 }), (resource) => {
        try {
          const attributes = coerce(User, { userName: 'anna', ...resource });
          expect(Object.keys(attributes).filter((one) => !known.has(one))).to.deep.equal([]);
          expect(coerce(User, attributes)).to.deep.equal(attributes);
        } catch (error) {
          if (!(error instanceof ScimError)) throw error;
        }
        expect(Object.hasOwn(Object.prototype, 'polluted')).to.equal(false);
      }),
      { numRuns: 1000 },
    );
  });
});

import { expect } from 'chai';
import { patched } from '../../plugins/scim/patch/attributes.ts';
import { operationsOf, PATCH_SCHEMA } from '../../plugins/scim/patch/operation.ts';
import { attribute } from '../../plugins/scim/schema/attribute.ts';
import type { ResourceType } from '../../plugins/scim/schema/attribute.ts';
import { coerce } from '../../plugins/scim/schema/coerce.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import type { ScimAttributes } from '../../plugins/scim/schema/value.ts';
import { ENTERPRISE, User } from './people.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

const anna = coerce(User, {
  userName: 'anna',
  active: true,
  title: 'Dr',
  name: { givenName: 'Anna', familyName: 'Ärger' },
  emails: [
    { value: 'anna@x.example', type: 'work', primary: true },
    { value: 'anna@home.example', type: 'home' },
  ],
  [ENTERPRISE]: { department: 'Sales', manager: { value: 'm1' } },
});

/** The person after a request with these operations, as they come over the wire. */
const after = (
  operations: readonly object[],
  before: ScimAttributes = anna,
  type: ResourceType = User,
): ScimAttributes => patched(type, before, operationsOf({ schemas: [PATCH_SCHEMA], Operations: operations }));

const fault = (operations: readonly object[], type = User): unknown => {
  try {
    return after(operations, anna, type);
  } catch (error) {
    return error;
  }
};

const isRefused = (scimType: string, ...operations: readonly object[]): void => {
  expect(fault(operations), JSON.stringify(operations))
    .to.be.instanceOf(ScimError)
    .and.to.include({ scimType, status: 400 });
};

describe('A PATCH of a person', () => {
  it('adds, replaces and removes attributes, their parts and those of extensions', () => {
    const { title: _title, ...others } = anna;
    expect(after([{ op: 'remove', path: 'title' }])).to.deep.equal(others);
    expect(after([{ op: 'add', path: 'nickName', value: 'Ann' }])).to.deep.include({ nickName: 'Ann' });
    expect(after([{ op: 'replace', path: 'name.givenName', value: 'Anne' }])).to.deep.include({
      name: { givenName: 'Anne', familyName: 'Ärger' },
    });
    expect(
      after([
        { op: 'remove', path: 'name.givenName' },
        { op: 'remove', path: 'name.familyName' },
      ]),
    ).to.not.have.property('name');
    expect(after([{ op: 'replace', path: `${ENTERPRISE}:department`, value: 'Law' }])[ENTERPRISE]).to.deep.include({
      department: 'Law',
    });
    expect(after([{ op: 'remove', path: ENTERPRISE }])).to.not.have.property(ENTERPRISE);
  });

  it('leaves parts of a complex attribute that it does not name, and takes out those it names as null', () => {
    for (const op of ['add', 'replace']) {
      const name = { givenName: 'Anne', familyName: null };
      expect(after([{ op, path: 'name', value: name }])).to.deep.include({ name: { givenName: 'Anne' } });
      expect(after([{ op, path: 'name', value: { givenName: 'Anne' } }])).to.deep.include({
        name: { givenName: 'Anne', familyName: 'Ärger' },
      });
    }
  });

  it('takes names of operations, members, paths and sub-attributes in any case, and paths that begin with the core URN', () => {
    const expected = { name: { givenName: 'Anne', familyName: 'Ärger' } };
    for (const path of [
      'name.givenName',
      'NAME.GIVENNAME',
      `${CORE}:name.givenName`,
      `${CORE.toUpperCase()}:Name.givenname`,
    ]) {
      expect(after([{ OP: 'Replace', Path: path, Value: 'Anne' }]), path).to.deep.include(expected);
    }
    expect(
      after([{ op: 'Add', path: `${CORE}:emails[TYPE EQ "WORK"].Value`, value: 'new@x.example' }])['emails'],
    ).to.deep.include({
      value: 'new@x.example',
      type: 'work',
      primary: true,
    });
  });

  it('adds no value twice, also where it is added with another display', () => {
    const emails = [{ value: 'ANNA@x.example', type: 'Work', display: 'again' }];
    expect(after([{ op: 'add', path: 'emails', value: emails }])).to.deep.equal(anna);
    expect(after([{ op: 'add', path: 'emails', value: emails[0] }])).to.deep.equal(anna);
  });

  it('lets a new primary value clear the old one, however it comes', () => {
    const primaries = (after: ScimAttributes): unknown =>
      (after['emails'] as readonly { value: string; primary?: boolean }[])
        .filter(({ primary }) => primary)
        .map(({ value }) => value);
    const fresh = { value: 'new@x.example', primary: true };
    for (const operation of [
      { op: 'add', path: 'emails', value: [fresh] },
      { op: 'add', value: { emails: [fresh] } },
      { op: 'add', path: 'emails[type eq "other"]', value: fresh },
      {
        op: 'replace',
        path: 'emails',
        value: [{ value: 'x@x.example' }, fresh, { value: 'y@x.example', primary: true }],
      },
    ]) {
      expect(primaries(after([operation])), JSON.stringify(operation)).to.deep.equal(['new@x.example']);
    }
    expect(primaries(after([{ op: 'replace', path: 'emails[type eq "home"].primary', value: 'True' }]))).to.deep.equal([
      'anna@home.example',
    ]);
    expect(
      primaries(
        after([{ op: 'add', path: 'emails', value: { value: 'anna@home.example', type: 'home', primary: true } }]),
      ),
    ).to.deep.equal(['anna@home.example']);
  });

  it('replaces a whole list by its name, with a path or without one', () => {
    const emails = [{ value: 'only@x.example' }];
    expect(after([{ op: 'replace', path: 'emails', value: emails }])).to.deep.include({ emails });
    expect(after([{ op: 'replace', value: { emails } }])).to.deep.include({ emails });
    expect(after([{ op: 'replace', path: 'emails', value: [] }])).to.not.have.property('emails');
    expect(after([{ op: 'replace', path: 'emails', value: null }])).to.not.have.property('emails');
  });

  it('changes those values that the filter of a path chooses, and no others', () => {
    const [work, home] = [
      { value: 'anna@x.example', type: 'work', primary: true },
      { value: 'anna@home.example', type: 'home' },
    ];
    expect(
      after([{ op: 'replace', path: 'emails[type eq "home"].value', value: 'new@home.example' }])['emails'],
    ).to.deep.equal([work, { ...home, value: 'new@home.example' }]);
    expect(
      after([
        { op: 'add', path: 'emails[value ew "home.example" and not (primary eq true)]', value: { display: 'H' } },
      ])['emails'],
    ).to.deep.equal([work, { ...home, display: 'H' }]);
    expect(
      after([{ op: 'replace', path: 'emails[type eq "home"]', value: { value: 'new@home.example' } }])['emails'],
    ).to.deep.equal([work, { value: 'new@home.example', type: 'home' }]);
    const displayed = after([{ op: 'add', path: 'emails[type eq "home"].display', value: 'H' }]);
    const whole = [{ op: 'replace', path: 'emails[type eq "home"]', value: { value: 'new@home.example' } }];
    expect(after(whole, displayed)['emails'], 'the whole value').to.deep.equal([
      work,
      { value: 'new@home.example', type: 'home' },
    ]);
    expect(after([{ op: 'remove', path: 'emails[type eq "home"]' }])['emails']).to.deep.equal([work]);
    expect(after([{ op: 'remove', path: 'emails[type eq "home"].value' }])['emails']).to.deep.equal([work]);
    expect(after([{ op: 'remove', path: 'emails[type pr]' }])).to.not.have.property('emails');
  });

  it('makes the value that a filter says, where none meets it', () => {
    for (const op of ['add', 'replace']) {
      expect(
        after([{ op, path: 'phoneNumbers[type eq "mobile"].value', value: '+49 1' }])['phoneNumbers'],
      ).to.deep.equal([{ type: 'mobile', value: '+49 1' }]);
      expect(
        after([{ op, path: 'emails[type eq "other" and primary eq true]', value: { value: 'o@x.example' } }])['emails'],
      ).to.deep.include({
        type: 'other',
        primary: true,
        value: 'o@x.example',
      });
      isRefused('noTarget', { op, path: 'phoneNumbers[type sw "mob"].value', value: '+49 1' });
      isRefused('noTarget', { op, path: 'phoneNumbers[type eq "a" or type eq "b"].value', value: '+49 1' });
    }
  });

  it('puts a value together that comes in parts, and keeps none that never gets its value', () => {
    const role = (part: string, value: unknown): object => ({
      op: 'Add',
      path: `roles[primary eq "True"].${part}`,
      value,
    });
    const parts = [role('display', 'Reader'), role('type', 'app'), role('value', 'r')];
    const whole = { primary: true, display: 'Reader', type: 'app', value: 'r' };
    expect(after(parts)['roles']).to.deep.equal([whole]);
    expect(after(parts.slice(0, 2))).to.not.have.property('roles');
    expect(after([{ op: 'add', path: 'addresses[type eq "work"].locality', value: 'Ulm' }])['addresses']).to.deep.equal(
      [{ type: 'work', locality: 'Ulm' }],
    );
  });

  it('removes from a list what its value describes, whatever else that says of it, and nothing by an empty list', () => {
    const [work] = anna['emails'] as readonly object[];
    expect(
      after([{ op: 'remove', path: 'emails', value: [{ value: 'ANNA@HOME.example', display: 'other' }] }])['emails'],
    ).to.deep.equal([work]);
    expect(
      after([{ op: 'remove', path: 'emails', value: [{ value: 'anna@home.example', type: 'work' }] }]),
    ).to.deep.equal(anna);
    expect(after([{ op: 'remove', path: 'emails', value: [] }])).to.deep.equal(anna);
    expect(after([{ op: 'remove', path: 'emails' }])).to.not.have.property('emails');
  });

  it('removes what is not there as a matter of course', () => {
    for (const path of [
      'nickName',
      'name.middleName',
      'roles',
      'roles[value eq "x"]',
      'emails[type eq "other"].value',
      `${ENTERPRISE}:division`,
    ]) {
      expect(after([{ op: 'remove', path }]), path).to.deep.equal(anna);
    }
  });

  it('without path takes attributes by their names, dotted, with their URN and in brackets, and ignores what it does not know', () => {
    for (const op of ['add', 'replace']) {
      const value = {
        'name.givenName': 'Anne',
        [`${ENTERPRISE}:department`]: 'Law',
        [`${ENTERPRISE}:manager.value`]: 'm2',
        'emails[type eq "home"].value': 'new@home.example',
        TITLE: 'Prof',
        unknown: 'x',
        'unknown.sub': 'x',
        'urn:example:Nothing:x': 'x',
        'not a path]': 'x',
        schemas: [CORE],
        id: 'other',
        meta: {},
        groups: [],
      };
      expect(after([{ op, value }])).to.deep.equal({
        ...anna,
        title: 'Prof',
        name: { givenName: 'Anne', familyName: 'Ärger' },
        emails: [
          { value: 'anna@x.example', type: 'work', primary: true },
          { value: 'new@home.example', type: 'home' },
        ],
        [ENTERPRISE]: { department: 'Law', manager: { value: 'm2' } },
      });
      expect(
        after([{ op, value: { [ENTERPRISE]: { Department: 'Law', 'manager.value': 'm2' } } }])[ENTERPRISE],
      ).to.deep.equal({
        department: 'Law',
        manager: { value: 'm2' },
      });
      expect(after([{ op, path: ENTERPRISE, value: { department: 'Law' } }])[ENTERPRISE]).to.deep.include({
        department: 'Law',
      });
      expect(after([{ op, path: CORE, value: { title: 'Prof' } }])).to.deep.include({ title: 'Prof' });
    }
  });

  it('takes the manager as an object, as a bare id and in a list of one', () => {
    for (const value of ['m2', { value: 'm2' }, [{ value: 'm2' }], { value: 'm2', displayName: 'forged', $ref: 'x' }]) {
      expect(
        after([{ op: 'Add', path: `${ENTERPRISE}:manager`, value }])[ENTERPRISE],
        JSON.stringify(value),
      ).to.deep.equal({
        department: 'Sales',
        manager: { value: 'm2' },
      });
    }
    for (const operation of [
      { op: 'remove', path: `${ENTERPRISE}:manager` },
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: '' },
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: null },
      { op: 'remove', path: `${ENTERPRISE}:manager.value` },
    ]) {
      expect(after([operation])[ENTERPRISE], JSON.stringify(operation)).to.deep.equal({ department: 'Sales' });
    }
  });

  it('takes booleans as text, and values wrapped as before RFC 7644', () => {
    for (const value of ['False', 'false', false]) {
      expect(after([{ op: 'Replace', path: 'active', value }])).to.deep.include({ active: false });
      expect(after([{ op: 'Replace', value: { active: value } }])).to.deep.include({ active: false });
    }
    expect(after([{ op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'Anna Ä' }] }])).to.deep.include({
      displayName: 'Anna Ä',
    });
  });

  it('sees in each operation what those before it did', () => {
    expect(
      after([
        { op: 'add', path: 'title', value: 'A' },
        { op: 'replace', path: 'title', value: 'B' },
      ]),
    ).to.deep.include({ title: 'B' });
    expect(
      after([
        { op: 'remove', path: 'emails' },
        { op: 'add', path: 'emails', value: { value: 'a@x.example', type: 'work' } },
        { op: 'replace', path: 'emails[type eq "work"].display', value: 'A' },
      ])['emails'],
    ).to.deep.equal([{ value: 'a@x.example', type: 'work', display: 'A' }]);
  });

  it('refuses to remove without a path, and without an attribute', () => {
    isRefused('noTarget', { op: 'remove' });
    isRefused('noTarget', { op: 'remove', path: CORE });
  });

  it('refuses to remove what is required or what must not be unassigned', () => {
    for (const path of ['userName', 'active', `${CORE}:userName`]) {
      isRefused('mutability', { op: 'remove', path });
      isRefused('mutability', { op: 'replace', path, value: null });
      isRefused('mutability', { op: 'replace', path, value: '' });
    }
    isRefused('mutability', { op: 'replace', value: { userName: null } });
  });

  it('refuses to change by name what is read-only', () => {
    for (const path of [
      'id',
      'meta',
      'meta.created',
      'groups',
      'groups[value eq "g"]',
      'schemas',
      `${ENTERPRISE}:manager.displayName`,
    ]) {
      for (const op of ['add', 'replace', 'remove']) isRefused('mutability', { op, path, value: 'x' });
    }
  });

  it('refuses to change what is immutable, and lets it be set once', () => {
    const schema = {
      id: 'urn:example:Badge',
      name: 'Badge',
      attributes: [attribute('number', 'string', { mutability: 'immutable' })],
    };
    const type = { ...User, extensions: [...User.extensions, schema] };
    const path = 'urn:example:Badge:number';
    const set = after([{ op: 'add', path, value: '7' }], anna, type);
    expect(set[schema.id]).to.deep.equal({ number: '7' });
    expect(after([{ op: 'replace', path, value: '7' }], set, type)).to.deep.equal(set);
    for (const operation of [
      { op: 'replace', path, value: '8' },
      { op: 'remove', path },
    ]) {
      expect(() => after([operation], set, type))
        .to.throw(ScimError)
        .with.property('scimType', 'mutability');
    }
  });

  it('refuses paths that lead to no attribute, and tolerates those into schemas of others', () => {
    for (const path of [
      'unknown',
      'name.unknown',
      'emails[type eq "x"].unknown',
      'name[givenName eq "x"]',
      'a b',
      '__proto__.x',
      'constructor',
      'emails]x[',
      `${CORE}:unknown`,
      'emails[type eq "x"]value',
    ]) {
      isRefused('invalidPath', { op: 'add', path, value: 'x' });
    }
    isRefused('invalidPath', { op: 'remove', path: 'emails[' });
    for (const path of [
      'emails[]',
      'emails[unknown eq "x"]',
      'photos[unknown eq "x"]',
      'emails[__proto__.x eq "y"]',
      'emails[type eq "x" and ]',
      'emails[primary gt true]',
    ]) {
      for (const op of ['add', 'replace', 'remove']) {
        isRefused('invalidFilter', { op, path, value: { value: 'x@x.example' } });
      }
    }
    for (const op of ['add', 'replace', 'remove']) {
      const path = 'urn:ietf:params:scim:schemas:extension:ADSCIM:2.0:Group:x';
      expect(after([{ op, path, value: 'x' }])).to.deep.equal(anna);
    }
    expect(Object.hasOwn(Object.prototype, 'x')).to.equal(false);
  });

  it('refuses values that do not fit', () => {
    isRefused('invalidValue', { op: 'add', path: 'title' });
    isRefused('invalidValue', { op: 'replace', path: 'active', value: 'perhaps' });
    isRefused('invalidValue', { op: 'replace', path: 'title', value: 7 });
    isRefused('invalidValue', { op: 'replace', path: 'title', value: 'x'.repeat(1025) });
    isRefused('invalidValue', { op: 'add', path: 'emails', value: { value: 'no address' } });
    isRefused('invalidValue', { op: 'replace', value: 'x' });
    isRefused('invalidValue', { op: 'add', path: 'addresses', value: 'x' });
    isRefused('invalidValue', { op: 'replace', path: 'displayName', value: ['a', 'b'] });
    const many = Array.from({ length: 100 }, (_, n) => ({ value: `a${String(n)}@x.example` }));
    isRefused('invalidValue', { op: 'add', path: 'emails', value: many });
  });

  it('refuses a body that is no PATCH', () => {
    const bodies: readonly unknown[] = [
      null,
      [],
      'x',
      {},
      { schemas: [PATCH_SCHEMA] },
      { Operations: [{ op: 'remove', path: 'title' }] },
      { schemas: [CORE], Operations: [{ op: 'remove', path: 'title' }] },
      { schemas: [PATCH_SCHEMA], Operations: [] },
      { schemas: [PATCH_SCHEMA], Operations: {} },
      { schemas: [PATCH_SCHEMA], Operations: [null] },
      { schemas: [PATCH_SCHEMA], Operations: [{ op: 'move', path: 'title' }] },
      { schemas: [PATCH_SCHEMA], Operations: [{ path: 'title' }] },
      { schemas: [PATCH_SCHEMA], Operations: Array.from({ length: 1001 }, () => ({ op: 'remove', path: 'title' })) },
    ];
    for (const body of bodies) {
      expect(() => operationsOf(body), JSON.stringify(body).slice(0, 80))
        .to.throw(ScimError)
        .with.property('scimType', 'invalidSyntax');
    }
    expect(() => operationsOf({ schemas: [PATCH_SCHEMA], Operations: [{ op: 'remove', path: 7 }] }))
      .to.throw(ScimError)
      .with.property('scimType', 'invalidPath');
  });
});

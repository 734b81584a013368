import { expect } from 'chai';
import { patched } from '../../plugins/scim/patch/attributes.ts';
import { patchedGroup } from '../../plugins/scim/patch/group.ts';
import type { GroupPatch } from '../../plugins/scim/patch/group.ts';
import { operationsOf, PATCH_SCHEMA } from '../../plugins/scim/patch/operation.ts';
import { coerce } from '../../plugins/scim/schema/coerce.ts';
import type { ScimAttributes } from '../../plugins/scim/schema/value.ts';
import { ENTERPRISE, GroupType, User } from './people.ts';

const body = (operations: readonly object[]): object => ({ schemas: [PATCH_SCHEMA], Operations: operations });

const person = (before: ScimAttributes, ...operations: readonly object[]): ScimAttributes =>
  patched(User, before, operationsOf(body(operations)));

const group = (...operations: readonly object[]): GroupPatch =>
  patchedGroup(GroupType, { displayName: 'Sales' }, operationsOf(body(operations)));

describe('What Entra ID sends', () => {
  const created = coerce(User, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
    externalId: 'anna.mailnickname',
    userName: 'anna@contoso.example',
    active: true,
    displayName: 'Anna Ä',
    meta: { resourceType: 'User' },
    name: { formatted: 'Anna Ä', familyName: 'Ä', givenName: 'Anna' },
    emails: [{ primary: true, type: 'work', value: 'anna@contoso.example' }],
    roles: [],
  });

  it('as it did first, with capital names, texts for booleans and a manager in a list, is understood', () => {
    expect(person(created, { op: 'Replace', path: 'active', value: 'False' })).to.deep.equal({
      ...created,
      active: false,
    });
    const after = person(
      created,
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@contoso.example' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 170 1' },
      { op: 'Add', path: 'addresses[type eq "work"].streetAddress', value: 'Gate 1' },
      { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Ulm' },
      { op: 'Replace', path: 'name.familyName', value: 'Ö' },
      { op: 'Add', path: `${ENTERPRISE}:manager`, value: [{ $ref: 'https://x.example/Users/m1', value: 'm1' }] },
      { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Law' },
      { op: 'Remove', path: 'displayName', value: null },
    );
    const { displayName: _displayName, ...others } = created;
    expect(after).to.deep.equal({
      ...others,
      name: { formatted: 'Anna Ä', familyName: 'Ö', givenName: 'Anna' },
      emails: [{ primary: true, type: 'work', value: 'new@contoso.example' }],
      phoneNumbers: [{ type: 'mobile', value: '+49 170 1' }],
      addresses: [{ type: 'work', streetAddress: 'Gate 1', locality: 'Ulm' }],
      [ENTERPRISE]: { department: 'Law', manager: { value: 'm1' } },
    });
  });

  it('with aadOptscim062020, without paths and with booleans, is understood', () => {
    const after = person(
      created,
      {
        op: 'replace',
        value: {
          displayName: 'Anna Ö',
          'name.familyName': 'Ö',
          'emails[type eq "work"].value': 'new@contoso.example',
          [`${ENTERPRISE}:employeeNumber`]: '7',
          active: false,
        },
      },
      { op: 'add', path: `${ENTERPRISE}:manager`, value: 'm1' },
      { op: 'remove', path: 'name.formatted' },
    );
    expect(after).to.deep.equal({
      ...created,
      displayName: 'Anna Ö',
      active: false,
      name: { familyName: 'Ö', givenName: 'Anna' },
      emails: [{ primary: true, type: 'work', value: 'new@contoso.example' }],
      [ENTERPRISE]: { employeeNumber: '7', manager: { value: 'm1' } },
    });
  });

  it('of groups is a member in or out', () => {
    expect(group({ op: 'Add', path: 'members', value: [{ $ref: null, value: 'a' }] }).members).to.deep.equal({
      add: ['a'],
      remove: [],
    });
    expect(group({ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }).members).to.deep.equal({
      add: [],
      remove: ['a'],
    });
    expect(group({ op: 'remove', path: 'members[value eq "a"]' }).members).to.deep.equal({ add: [], remove: ['a'] });
    expect(group({ op: 'Replace', path: 'displayName', value: 'Law' })).to.deep.equal({
      attributes: { displayName: 'Law' },
      members: { add: [], remove: [] },
    });
  });
});

describe('What Okta sends', () => {
  const sent = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'anna@okta.example',
    name: { givenName: 'Anna', familyName: 'Ä' },
    emails: [{ primary: true, value: 'anna@okta.example', type: 'work' }],
    displayName: 'Anna Ä',
    locale: 'de-DE',
    externalId: '00u1',
    groups: [],
    password: 'Correct-Horse-7',
    active: true,
  };

  it('to create somebody is understood, with its empty groups and a password', () => {
    const { schemas: _schemas, groups: _groups, ...kept } = sent;
    expect(coerce(User, sent)).to.deep.equal(kept);
  });

  it('to disable somebody is one attribute without a path', () => {
    const before = coerce(User, sent);
    expect(person(before, { op: 'replace', value: { active: false } })).to.deep.equal({ ...before, active: false });
  });

  it('to change somebody is the whole person that it got, with what is read-only', () => {
    const before = coerce(User, sent);
    const got = {
      ...sent,
      id: 'p1',
      meta: { resourceType: 'User', created: 'x' },
      groups: [{ value: 'g' }],
      active: false,
    };
    expect(coerce(User, got, before)).to.deep.equal({ ...before, active: false });
  });

  it('of groups is a name with an id, members that change places, and full lists', () => {
    expect(group({ op: 'replace', value: { id: 'g', displayName: 'Law' } })).to.deep.equal({
      attributes: { displayName: 'Law' },
      members: { add: [], remove: [] },
    });
    expect(
      group(
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'add', path: 'members', value: [{ value: 'b', display: 'b@okta.example' }] },
      ).members,
    ).to.deep.equal({ add: ['b'], remove: ['a'] });
    expect(group({ op: 'replace', path: 'members', value: [{ value: 'a' }, { value: 'b' }] }).members).to.deep.equal({
      replaceAll: ['a', 'b'],
      add: [],
      remove: [],
    });
    const many = Array.from({ length: 256 }, (_, n) => ({ value: `m${String(n)}` }));
    expect(group({ op: 'add', path: 'members', value: many }).members.add).to.have.length(256);
    expect(coerce(GroupType, { displayName: 'Sales', members: [] })).to.deep.equal({ displayName: 'Sales' });
  });
});

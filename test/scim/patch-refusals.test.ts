import { expect } from 'chai';
import { operationsOf, PATCH_SCHEMA } from '../../plugins/scim/patch/operation.ts';
import { attribute } from '../../plugins/scim/schema/attribute.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import { after, anna, CORE, isRefused } from './patching.ts';
import { ENTERPRISE, User } from './people.ts';

describe('A PATCH of a person that is refused', () => {
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

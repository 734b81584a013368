import { expect } from 'chai';
import fc from 'fast-check';
import { patchedGroup } from '../../plugins/scim/patch/group.ts';
import type { GroupPatch } from '../../plugins/scim/patch/group.ts';
import { operationsOf, PATCH_SCHEMA } from '../../plugins/scim/patch/operation.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import { GroupType } from './people.ts';

const after = (...operations: readonly object[]): GroupPatch =>
  patchedGroup(
    GroupType,
    { displayName: 'Sales', externalId: 'e' },
    operationsOf({ schemas: [PATCH_SCHEMA], Operations: operations }),
  );

const members = (...operations: readonly object[]): GroupPatch['members'] => after(...operations).members;

const fault = (...operations: readonly object[]): unknown => {
  try {
    return after(...operations);
  } catch (error) {
    return error;
  }
};

const isRefused = (scimType: string, ...operations: readonly object[]): void => {
  expect(fault(...operations), JSON.stringify(operations))
    .to.be.instanceOf(ScimError)
    .and.to.include({ scimType });
};

const ids = (...values: readonly string[]): readonly object[] =>
  values.map((value) => ({ value, display: `Name of ${value}` }));

/** Who is in the group afterwards, by what a server makes of the changes. */
const applied = (before: readonly string[], { replaceAll, add, remove }: GroupPatch['members']): readonly string[] => {
  const kept = (replaceAll ?? before).filter((id) => !remove.includes(id));
  return [...new Set([...kept, ...add])].toSorted();
};

describe('A PATCH of a group', () => {
  it('comes to those who come and those who go, never to the group written anew', () => {
    expect(members({ op: 'add', path: 'members', value: ids('a', 'b', 'a') })).to.deep.equal({
      add: ['a', 'b'],
      remove: [],
    });
    expect(members({ op: 'remove', path: 'members[value eq "a"]' })).to.deep.equal({ add: [], remove: ['a'] });
    expect(members({ op: 'add', value: { members: ids('a') } })).to.deep.equal({ add: ['a'], remove: [] });
    expect(members({ op: 'replace', value: { displayName: 'Law' } })).to.deep.equal({ add: [], remove: [] });
  });

  it('takes members as objects, as one object, as bare ids, and by a filter', () => {
    for (const value of [
      ids('a'),
      ids('a')[0],
      ['a'],
      'a',
      [{ $ref: null, value: 'a' }],
      [{ value: 'a', type: 'User' }, { value: 'a' }],
    ]) {
      expect(members({ op: 'Add', path: 'Members', value }), JSON.stringify(value)).to.deep.equal({
        add: ['a'],
        remove: [],
      });
    }
    expect(members({ op: 'add', path: 'members[value eq "a"]', value: { display: 'A' } })).to.deep.equal({
      add: ['a'],
      remove: [],
    });
    expect(members({ op: 'remove', path: 'members[value eq "a" or value eq "b"]' })).to.deep.equal({
      add: [],
      remove: ['a', 'b'],
    });
    expect(members({ op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } })).to.deep.equal({
      add: ['b'],
      remove: ['a'],
    });
  });

  it('removes by a list of members whatever else that says of them, nobody by an empty one, and all by the bare path', () => {
    expect(members({ op: 'Remove', path: 'members', value: ids('a', 'b') })).to.deep.equal({
      add: [],
      remove: ['a', 'b'],
    });
    expect(members({ op: 'remove', path: 'members', value: [] })).to.deep.equal({ add: [], remove: [] });
    expect(members({ op: 'remove', path: 'members' })).to.deep.equal({ replaceAll: [], add: [], remove: [] });
  });

  it('replaces all members by a list, empty or not', () => {
    const changes = { replaceAll: ['a', 'b'], add: [], remove: [] };
    expect(members({ op: 'replace', path: 'members', value: ids('a', 'b', 'a') })).to.deep.equal(changes);
    expect(members({ op: 'replace', value: { members: ids('a', 'b') } })).to.deep.equal(changes);
    expect(members({ op: 'replace', path: 'members', value: [] })).to.deep.equal({ ...changes, replaceAll: [] });
  });

  it('keeps the order of operations: the last word on a member holds', () => {
    const add = { op: 'add', path: 'members', value: ids('a') };
    const remove = { op: 'remove', path: 'members[value eq "a"]' };
    const replace = { op: 'replace', path: 'members', value: ids('b') };
    expect(members(add, remove)).to.deep.equal({ add: [], remove: ['a'] });
    expect(members(remove, add)).to.deep.equal({ add: ['a'], remove: [] });
    expect(members(add, replace)).to.deep.equal({ replaceAll: ['b'], add: [], remove: [] });
    expect(members(replace, add)).to.deep.equal({ replaceAll: ['b', 'a'], add: [], remove: [] });
    expect(members(replace, add, { op: 'remove', path: 'members', value: ids('b') })).to.deep.equal({
      replaceAll: ['a'],
      add: [],
      remove: [],
    });
  });

  it('leaves the group with whom the operations would leave it one after the other, for any of them', () => {
    const some = fc.subarray(['a', 'b', 'c', 'd']);
    const operation = fc.oneof(
      fc.record({ op: fc.constant('add'), path: fc.constant('members'), value: some.map((list) => ids(...list)) }),
      fc.record({ op: fc.constant('remove'), path: fc.constant('members'), value: some.map((list) => ids(...list)) }),
      fc.record({ op: fc.constant('replace'), path: fc.constant('members'), value: some.map((list) => ids(...list)) }),
      fc.constantFrom('a', 'b', 'c').map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
      fc.constant({ op: 'remove', path: 'members' }),
    );
    fc.assert(
      fc.property(some, fc.array(operation, { minLength: 1, maxLength: 5 }), (before, operations) => {
        const oneByOne = operations.reduce<readonly string[]>((now, one) => applied(now, members(one)), before);
        const changes = members(...operations);
        expect(applied(before, changes)).to.deep.equal(
          applied(oneByOne, members({ op: 'add', path: 'members', value: [] })),
        );
        expect(changes.add.filter((id) => changes.remove.includes(id))).to.deep.equal([]);
        expect(applied(applied(before, changes), changes), 'again').to.deep.equal(applied(before, changes));
      }),
      { numRuns: 500 },
    );
  });

  it('changes the group itself beside its members, and ignores what is read-only without a path', () => {
    const { attributes, members: changes } = after({
      op: 'replace',
      value: { id: 'g', displayName: 'Law', externalId: 'f', members: ids('a') },
    });
    expect(attributes).to.deep.equal({ displayName: 'Law', externalId: 'f' });
    expect(changes.replaceAll).to.deep.equal(['a']);
  });

  it('tolerates the group schema that Entra ID sends', () => {
    const schema = 'urn:ietf:params:scim:schemas:extension:ADSCIM:2.0:Group';
    expect(after({ op: 'add', value: { [schema]: { x: 1 }, displayName: 'Law' } }).attributes).to.include({
      displayName: 'Law',
    });
    expect(after({ op: 'add', path: `${schema}:x`, value: 1 }).attributes).to.include({ displayName: 'Sales' });
  });

  it('refuses what chooses members by anything but their ids, what has no name left, and what is no member', () => {
    for (const filter of [
      'type eq "User"',
      'value sw "a"',
      'not (value eq "a")',
      'value eq "a" and type eq "User"',
      'display eq "A"',
    ]) {
      isRefused('invalidFilter', { op: 'remove', path: `members[${filter}]` });
    }
    isRefused('mutability', { op: 'remove', path: 'displayName' });
    isRefused('mutability', { op: 'replace', path: 'displayName', value: '' });
    isRefused('mutability', { op: 'replace', path: 'members[value eq "a"].display', value: 'x' });
    isRefused('noTarget', { op: 'remove' });
    isRefused('invalidPath', { op: 'add', path: 'people', value: ids('a') });
    isRefused('invalidValue', { op: 'add', path: 'members', value: [{ value: 7 }] });
    isRefused('invalidValue', { op: 'add', path: 'members', value: [7] });
    isRefused('invalidValue', { op: 'add', path: 'members', value: [['a']] });
    isRefused('invalidValue', { op: 'add', path: 'members', value: [{ value: 'a\0' }] });
    isRefused('invalidValue', { op: 'add', path: 'members', value: Array.from({ length: 100_001 }, () => 'a') });
    isRefused('invalidValue', { op: 'add', path: 'members', value: [{ value: 'x'.repeat(129) }] });
    isRefused('invalidValue', { op: 'add', path: 'members' });
  });

  it('makes no member another one, and no path of a sub-attribute means all members', () => {
    isRefused('mutability', { op: 'replace', path: 'members.value', value: 'b' });
    isRefused('mutability', { op: 'remove', path: 'members.value' });
    isRefused('mutability', { op: 'replace', path: 'members[value eq "a"].value', value: 'b' });
    isRefused('mutability', { op: 'add', path: 'members[value eq "a"].value', value: 'b' });
    const same = { op: 'replace', path: 'members[value eq "a"].value', value: 'a' };
    expect(members(same)).to.deep.equal({ add: ['a'], remove: [] });
    expect(members({ op: 'remove', path: 'members[value eq "a"].value' })).to.deep.equal({ add: [], remove: ['a'] });
    expect(members({ op: 'add', path: 'members.value', value: 'b' })).to.deep.equal({ add: ['b'], remove: [] });
  });
});

import { expect } from 'chai';
import type { ScimAttributes } from '../../plugins/scim/schema/value.ts';
import { after, anna, CORE, isRefused } from './patching.ts';
import { ENTERPRISE } from './people.ts';

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
});

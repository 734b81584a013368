import { expect } from 'chai';
import { parseFilter } from '../../plugins/scim/filter/parse.ts';
import { toQuery } from '../../plugins/scim/filter/translate.ts';
import { patched } from '../../plugins/scim/patch/attributes.ts';
import { newPerson, personPatch } from '../../plugins/scim/resource/person.ts';
import { attributesIn } from '../../plugins/scim/resource/read.ts';
import { render } from '../../plugins/scim/resource/render.ts';
import { coerce } from '../../plugins/scim/schema/coerce.ts';
import { extensionsConfig, extensionSchemas } from '../../plugins/scim/schema/extension.ts';
import { resourceTypes } from '../../plugins/scim/schema/resource-types.ts';
import { people } from '../../src/directory/person.ts';
import { matches } from '../../src/store/evaluate.ts';
import { person, surroundings } from './people.ts';

const URN = 'urn:example:params:scim:Staff';

const declared = [
  {
    id: URN,
    name: 'staff',
    attributes: [
      { name: 'costUnit' },
      { name: 'badge', caseExact: true, mutability: 'immutable' },
      { name: 'floor', type: 'integer' },
      { name: 'since', type: 'dateTime' },
      { name: 'tags', multiValued: true },
      { name: 'constructor' },
      { name: 'desk', type: 'complex', subAttributes: [{ name: 'room' }, { name: 'key', caseExact: true }] },
      {
        name: 'vehicles',
        type: 'complex',
        multiValued: true,
        subAttributes: [{ name: 'plate' }, { name: 'electric', type: 'boolean' }],
      },
    ],
  },
];

const { User } = resourceTypes(extensionSchemas(extensionsConfig.parse(declared)));

const staff = {
  costUnit: 'A7',
  badge: 'xY',
  floor: 3,
  since: '2026-01-01T12:00:00.000Z',
  tags: ['Red', 'blue'],
  desk: { room: 'B.1', key: 'Kk' },
  vehicles: [
    { plate: 'UL-A 1', electric: true },
    { plate: 'UL-B 2', electric: false },
  ],
};

const sent = { userName: 'anna', [URN]: staff };
const stored = person(newPerson(User, coerce(User, sent)));

describe('A schema of the operator’s own', () => {
  it('is stored, given back and shown as it was sent', () => {
    expect(people.shape.safeParse(stored).error).to.equal(undefined);
    expect(attributesIn(User, stored)).to.deep.equal({ ...sent, active: true });
    const shown = render(User, stored, surroundings);
    expect(shown[URN]).to.deep.equal(staff);
    expect(shown['schemas']).to.include(URN);
    expect(render(User, person(), surroundings)['schemas']).to.not.include(URN);
  });

  it('is filtered by its attributes as they are declared', () => {
    const finds = (text: string): boolean => matches(toQuery(parseFilter(text), User), stored);
    for (const text of [
      'costUnit eq "a7"',
      'badge eq "xY"',
      'floor gt 2',
      'since le "2026-01-01T14:00:00+02:00"',
      'tags eq "RED"',
      'desk.room sw "b."',
      'desk.key eq "Kk"',
      'vehicles.plate co "ul-b"',
      'vehicles.electric eq true',
    ]) {
      expect(finds(`${URN}:${text}`), text).to.equal(true);
    }
    for (const text of ['badge eq "xy"', 'desk.key eq "kk"', 'floor gt 3', 'tags eq "green"', 'constructor pr']) {
      expect(finds(`${URN}:${text}`), text).to.equal(false);
    }
    expect(finds(`${URN}:vehicles[plate co "ul-a" and electric eq true]`)).to.equal(true);
    expect(finds(`${URN}:vehicles[plate co "ul-b" and electric eq true]`)).to.equal(false);
  });

  it('is patched like any other, and unassigned with its last attribute', () => {
    const before = attributesIn(User, stored);
    const after = patched(User, before, [
      { op: 'replace', path: `${URN}:vehicles[plate eq "UL-B 2"].electric`, value: 'True' },
      { op: 'add', path: `${URN}:tags`, value: ['Red', 'green'] },
      { op: 'remove', path: `${URN}:tags[value eq "BLUE"]` },
      { op: 'remove', path: `${URN}:desk` },
      { op: 'replace', value: { [`${URN}:floor`]: 4, [URN]: { costUnit: 'B8' } } },
    ]);
    const { desk: _desk, ...others } = staff;
    expect(after[URN]).to.deep.equal({
      ...others,
      costUnit: 'B8',
      floor: 4,
      tags: ['Red', 'green'],
      vehicles: staff.vehicles.map((one) => ({ ...one, electric: true })),
    });
    expect(personPatch(User, { userName: 'anna' })).to.have.property('extensions', undefined);
  });

  it('is refused with faults that the operator is told of', () => {
    const faults = (extensions: unknown): readonly string[] =>
      (extensionsConfig.safeParse(extensions).error?.issues ?? []).map(({ path }) => path.join('.'));
    const one = (attributes: unknown, more: object = {}) => [{ id: URN, name: 'staff', attributes, ...more }];
    expect(faults(declared)).to.deep.equal([]);
    expect(faults(one([{ name: 'a' }], { id: 'no urn' }))).to.deep.equal(['0.id']);
    expect(faults(one([{ name: 'a' }], { id: 'urn:ietf:params:scim:schemas:core:2.0:user' }))).to.deep.equal(['0.id']);
    expect(faults([...declared, ...declared])).to.deep.equal(['1.id', '1.name']);
    expect(faults(one([{ name: 'a' }, { name: 'A' }]))).to.deep.equal(['0.attributes.1.name']);
    expect(faults(one([{ name: '__proto__' }]))).to.deep.equal(['0.attributes.0.name']);
    expect(faults(one([{ name: 'a', type: 'complex' }]))).to.deep.equal(['0.attributes.0']);
    expect(faults(one([{ name: 'a', subAttributes: [{ name: 'b' }] }]))).to.deep.equal(['0.attributes.0']);
    const exact = { name: 'a', type: 'complex', multiValued: true, subAttributes: [{ name: 'b', caseExact: true }] };
    expect(faults(one([exact]))).to.deep.equal(['0.attributes.0']);
  });
});

import fc from 'fast-check';
import { storedAttributes } from '../../src/directory/attributes.ts';
import type { Attributes } from '../../src/directory/attributes.ts';
import type { Group } from '../../src/directory/group.ts';
import type { Person } from '../../src/directory/person.ts';
import { render } from '../../plugins/scim/resource/render.ts';
import type { Surroundings } from '../../plugins/scim/resource/render.ts';
import { resourceTypes } from '../../plugins/scim/schema/resource-types.ts';
import type { ScimObject } from '../../plugins/scim/schema/value.ts';
import { fold } from '../../src/kernel/text.ts';
import { mails, moments, texts, types } from './filters.ts';

export const { User, Group: GroupType } = resourceTypes();

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const surroundings: Surroundings = { base: 'https://id.example.org/scim/v2', version: 'W/"3"' };

/** A person as the directory would store them. */
export const person = (given: Partial<Attributes> = {}, kept: Partial<Person> = {}): Person => ({
  ...storedAttributes({ userName: 'anna', active: true, ...given }),
  id: 'p0',
  kind: 'person',
  authority: 'local',
  adminRoles: [],
  epoch: 1,
  source: 'local',
  createdAt: 1_700_000_000_000,
  updatedAt: 1_800_000_000_000,
  ...kept,
});

export const group = (displayName: string, kept: Partial<Group> = {}): Group => ({
  id: 'g0',
  displayName,
  displayNameFolded: fold(displayName),
  foldVersion: 1,
  source: 'local',
  createdAt: 1_700_000_000_000,
  updatedAt: 1_800_000_000_000,
  ...kept,
});

export const rendered = (document: Person): ScimObject => render(User, document, surroundings);

const text = fc.constantFrom(...texts);
const some = { requiredKeys: [] as [] };

const element = <V>(value: fc.Arbitrary<V>) =>
  fc.record(
    { value, type: fc.constantFrom(...types), display: text, primary: fc.boolean() },
    { requiredKeys: ['value'] },
  );

const list = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength: 3 });

const attributes = fc.record(
  {
    userName: text,
    active: fc.boolean(),
    externalId: text,
    displayName: text,
    title: text,
    profileUrl: text,
    name: fc.record({ familyName: text, givenName: text }, some),
    emails: list(element(fc.constantFrom(...mails))),
    phoneNumbers: list(element(fc.constantFrom('+1', '+2'))),
    photos: list(element(text)),
    addresses: list(fc.record({ locality: text, type: fc.constantFrom(...types), primary: fc.boolean() }, some)),
    department: text,
    manager: fc.record({ value: text, displayName: text }, { requiredKeys: ['value'] }),
  },
  { requiredKeys: ['userName', 'active'] },
);

const moment = fc.constantFrom(...moments);

/** People whose attributes are alike enough to be found together and apart. */
export const anyPerson: fc.Arbitrary<Person> = fc
  .record({ attributes, id: fc.constantFrom('p0', 'P0', 'p1'), createdAt: moment, updatedAt: moment })
  .map(({ attributes: given, ...kept }) => person(given, kept));

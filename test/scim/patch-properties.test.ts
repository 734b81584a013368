import { expect } from 'chai';
import fc from 'fast-check';
import { patched } from '../../plugins/scim/patch/attributes.ts';
import type { Operation } from '../../plugins/scim/patch/operation.ts';
import { newPerson } from '../../plugins/scim/resource/person.ts';
import { attributesIn } from '../../plugins/scim/resource/read.ts';
import { coerce } from '../../plugins/scim/schema/coerce.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import type { ScimAttributes } from '../../plugins/scim/schema/value.ts';
import { people } from '../../src/directory/person.ts';
import { mails, texts, types } from './filters.ts';
import { anyPerson, ENTERPRISE, person, User } from './people.ts';

const text = fc.constantFrom(...texts);
const type = fc.constantFrom(...types);
const mail = fc.constantFrom(...mails);
const boolean = fc.constantFrom(true, false, 'True', 'False');

const element = fc.record({ value: mail, type, display: text, primary: boolean }, { requiredKeys: ['value'] });
const elements = fc.array(element, { maxLength: 3 });

const on = (
  path: fc.Arbitrary<string>,
  value: fc.Arbitrary<unknown>,
  op = fc.constantFrom<Operation['op']>('add', 'replace'),
) => fc.record({ op, path, value });

const removal = fc.constantFrom(
  'title',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"]',
  'emails[primary eq true]',
  'emails[value co "x"].display',
  ENTERPRISE,
  `${ENTERPRISE}:manager`,
);

/** Operations that the same person can be given twice. */
const operation: fc.Arbitrary<Operation> = fc.oneof(
  on(
    fc.constantFrom('title', 'displayName', 'name.givenName', `${ENTERPRISE}:department`, `${ENTERPRISE}:manager`),
    text,
  ),
  on(fc.constant('name'), fc.record({ givenName: text, familyName: fc.option(text) }, { requiredKeys: [] })),
  on(fc.constant('active'), boolean),
  on(fc.constant('emails'), elements),
  on(
    type.map((one) => `emails[type eq "${one}"].value`),
    mail,
  ),
  on(
    type.map((one) => `emails[type eq "${one}"].display`),
    text,
  ),
  on(
    type.map((one) => `emails[type eq "${one}"]`),
    element.map(({ type: _type, ...rest }) => rest),
  ),
  removal.map((path) => ({ op: 'remove' as const, path })),
  fc.record({ op: fc.constant('remove' as const), path: fc.constant('emails'), value: elements }),
  fc.record({
    op: fc.constantFrom('add' as const, 'replace' as const),
    value: fc.record(
      { title: text, 'name.familyName': text, emails: elements, active: boolean, id: text },
      { requiredKeys: [] },
    ),
  }),
);

const operations = fc.array(operation, { minLength: 1, maxLength: 5 });

const before: fc.Arbitrary<ScimAttributes> = anyPerson.map((one) => coerce(User, attributesIn(User, one)));

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen<unknown>(inner);
    Object.freeze(value);
  }
  return value;
};

const options = { numRuns: 500 };

describe('Any PATCH of any person', () => {
  it('leaves what coercion would leave as it is: no value twice, one primary, nothing empty', () => {
    fc.assert(
      fc.property(before, operations, (attributes, asked) => {
        const after = patched(User, attributes, asked);
        expect(coerce(User, after)).to.deep.equal(after);
      }),
      options,
    );
  });

  it('leaves what the directory stores and gives back unchanged', () => {
    fc.assert(
      fc.property(before, operations, (attributes, asked) => {
        const after = patched(User, attributes, asked);
        const stored = person(newPerson(User, after));
        expect(people.shape.safeParse(stored).error).to.equal(undefined);
        expect(attributesIn(User, stored)).to.deep.equal(after);
      }),
      options,
    );
  });

  it('is all or nothing, and changes nothing that it was given', () => {
    const bad = fc.constantFrom<Operation>(
      { op: 'remove', path: 'userName' },
      { op: 'replace', path: 'id', value: 'x' },
      { op: 'add', path: 'unknown', value: 'x' },
      { op: 'remove' },
    );
    fc.assert(
      fc.property(before, operations, bad, operations, (attributes, first, fault, last) => {
        const given = structuredClone(attributes);
        expect(() => patched(User, frozen(attributes), [...first, fault, ...last])).to.throw(ScimError);
        patched(User, attributes, first);
        expect(attributes).to.deep.equal(given);
      }),
      options,
    );
  });

  it('keeps the order of its operations: it is the same as one request for each', () => {
    fc.assert(
      fc.property(before, operations, (attributes, asked) => {
        // Parts of a value that never gets its `value` last for a request: whole ones are told apart here.
        const whole = asked.filter(({ path }) => path?.endsWith('.display') !== true);
        const oneByOne = whole.reduce((now, one) => patched(User, now, [one]), attributes);
        expect(patched(User, attributes, whole)).to.deep.equal(oneByOne);
      }),
      options,
    );
  });

  it('changes nothing more when one operation is done again', () => {
    fc.assert(
      fc.property(before, operation, (attributes, one) => {
        const once = patched(User, attributes, [one]);
        expect(patched(User, once, [one])).to.deep.equal(once);
      }),
      options,
    );
  });

  it('throws nothing but a ScimError, whatever is asked', () => {
    const path = fc.oneof(
      fc.constantFrom(
        'emails',
        'name',
        'emails[type eq "work"]',
        'emails[',
        '__proto__',
        'constructor.prototype',
        'urn:x:y',
        ENTERPRISE,
        'groups',
        'active',
      ),
      fc.string({ maxLength: 20 }),
    );
    const hostile: fc.Arbitrary<Operation> = fc.record(
      {
        op: fc.constantFrom('add', 'replace', 'remove'),
        path,
        value: fc.oneof(fc.jsonValue(), fc.object({ key: path })),
      },
      { requiredKeys: ['op'] },
    );
    fc.assert(
      fc.property(before, fc.array(hostile, { maxLength: 3 }), (attributes, asked) => {
        try {
          patched(User, attributes, asked);
        } catch (error) {
          if (!(error instanceof ScimError)) throw error;
        }
        expect(Object.keys(Object.prototype)).to.deep.equal([]);
      }),
      { numRuns: 1500 },
    );
  });
});

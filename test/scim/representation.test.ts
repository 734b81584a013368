import { expect } from 'chai';
import fc from 'fast-check';
import { newPerson, passwordIn, personPatch } from '../../plugins/scim/resource/person.ts';
import { project, selectionOf, shows } from '../../plugins/scim/resource/project.ts';
import { attributesIn } from '../../plugins/scim/resource/read.ts';
import { render } from '../../plugins/scim/resource/render.ts';
import { fieldsOf } from '../../plugins/scim/resource/write.ts';
import { coerce } from '../../plugins/scim/schema/coerce.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import type { ScimObject } from '../../plugins/scim/schema/value.ts';
import { anyPerson, ENTERPRISE, group, GroupType, person, rendered, surroundings, User } from './people.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

const anna = person({
  externalId: 'e1',
  displayName: 'Anna Ä',
  name: { givenName: 'Anna', familyName: 'Ä' },
  emails: [{ value: 'anna@x.example', type: 'work', primary: true }],
  department: 'Law',
  manager: { value: 'm1', displayName: 'Max' },
});

const whole: ScimObject = {
  schemas: [CORE, ENTERPRISE],
  id: 'p0',
  externalId: 'e1',
  meta: {
    resourceType: 'User',
    created: '2023-11-14T22:13:20.000Z',
    lastModified: '2027-01-15T08:00:00.000Z',
    location: 'https://id.example.org/scim/v2/Users/p0',
    version: 'W/"3"',
  },
  userName: 'anna',
  name: { familyName: 'Ä', givenName: 'Anna' },
  displayName: 'Anna Ä',
  active: true,
  emails: [{ value: 'anna@x.example', type: 'work', primary: true }],
  [ENTERPRISE]: {
    department: 'Law',
    manager: { value: 'm1', displayName: 'Max', $ref: 'https://id.example.org/scim/v2/Users/m1' },
  },
};

const seen = (attributes?: string, excludedAttributes?: string, from: ScimObject = whole): ScimObject =>
  project(User, from, selectionOf(attributes, excludedAttributes));

describe('The representation of a person', () => {
  it('is what the schema says of them, and nothing that the directory keeps for itself', () => {
    expect(rendered(anna)).to.deep.equal(whole);
    const marked = { ...anna, emails: [{ value: 'anna@x.example', verifiedAt: 7 }] };
    expect(JSON.stringify(rendered(marked))).to.not.match(
      /verifiedAt|folded|epoch|authority|adminRoles|leading|"source"/,
    );
  });

  it('names their groups, and where those are', () => {
    const related = { groups: [{ value: 'g1', display: 'Sales', type: 'direct' }] };
    expect(render(User, anna, { ...surroundings, related })['groups']).to.deep.equal([
      { value: 'g1', $ref: 'https://id.example.org/scim/v2/Groups/g1', display: 'Sales', type: 'direct' },
    ]);
    expect(render(User, anna, { ...surroundings, related: { groups: [] } })).to.not.have.property('groups');
  });

  it('of a group names its members, people and groups', () => {
    const related = {
      members: [
        { value: 'p0', type: 'User' },
        { value: 'g1', display: 'Law', type: 'Group' },
      ],
    };
    expect(render(GroupType, group('Sales', { externalId: 'e' }), { ...surroundings, related })).to.deep.equal({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      id: 'g0',
      externalId: 'e',
      meta: {
        ...(whole['meta'] as object),
        resourceType: 'Group',
        location: 'https://id.example.org/scim/v2/Groups/g0',
      },
      displayName: 'Sales',
      members: [
        { value: 'p0', $ref: 'https://id.example.org/scim/v2/Users/p0', type: 'User' },
        { value: 'g1', $ref: 'https://id.example.org/scim/v2/Groups/g1', display: 'Law', type: 'Group' },
      ],
    });
  });

  it('comes back unchanged when it is sent back as it is', () => {
    fc.assert(
      fc.property(anyPerson, (one) => {
        const attributes = coerce(User, attributesIn(User, one));
        expect(coerce(User, rendered(one), attributesIn(User, one))).to.deep.equal(attributes);
        expect(attributesIn(User, person(newPerson(User, attributes)))).to.deep.equal(attributes);
      }),
      { numRuns: 300 },
    );
  });

  it('becomes a patch of the directory that unassigns what is not in it, and holds no password', () => {
    const attributes = coerce(User, { userName: 'anna', password: 'Correct-Horse-7', name: { givenName: 'A' } });
    const patch = personPatch(User, attributes);
    expect(patch).to.include({ userName: 'anna', title: undefined, department: undefined, manager: undefined });
    expect(patch).to.have.property('emails', undefined);
    expect(patch).to.not.have.property('password');
    expect(patch).to.not.have.property('active');
    expect(passwordIn(attributes)).to.equal('Correct-Horse-7');
    expect(fieldsOf(GroupType, { displayName: 'Sales', members: [{ value: 'a' }] })).to.deep.equal({
      displayName: 'Sales',
      externalId: undefined,
    });
  });
});

describe('What a client asks to see', () => {
  it('is all but what is shown on request when it asks for nothing', () => {
    expect(seen()).to.deep.equal(whole);
    expect(seen('')).to.deep.equal(whole);
  });

  it('is what it names, in any case, with schemas and id always', () => {
    expect(seen('USERNAME, emails.value')).to.deep.equal({
      schemas: whole['schemas'],
      id: 'p0',
      userName: 'anna',
      emails: [{ value: 'anna@x.example' }],
    });
    expect(seen(`${ENTERPRISE}:manager.displayName,${CORE}:name.givenName`)).to.deep.equal({
      schemas: whole['schemas'],
      id: 'p0',
      name: { givenName: 'Anna' },
      [ENTERPRISE]: { manager: { displayName: 'Max' } },
    });
    expect(seen(ENTERPRISE)[ENTERPRISE]).to.deep.equal(whole[ENTERPRISE]);
    expect(seen('meta.version,name,name.givenName')).to.deep.equal({
      schemas: whole['schemas'],
      id: 'p0',
      meta: { version: 'W/"3"' },
      name: whole['name'],
    });
  });

  it('is everything but what it excludes, and never without schemas and id', () => {
    const { emails: _emails, ...others } = whole;
    expect(seen(undefined, 'emails,id,schemas')).to.deep.equal(others);
    expect(seen(undefined, 'emails.type,emails.primary')['emails']).to.deep.equal([{ value: 'anna@x.example' }]);
    expect(seen(undefined, 'emails.value,emails.type,emails.primary')).to.not.have.property('emails');
    expect(seen(undefined, ENTERPRISE)).to.not.have.property(ENTERPRISE);
    expect(seen(undefined, `${ENTERPRISE}:manager`)[ENTERPRISE]).to.deep.equal({ department: 'Law' });
  });

  it('is never a password, whatever it asks for', () => {
    const leaking = { ...whole, password: 'secret' };
    for (const asked of [undefined, 'password', CORE, `${CORE}:password`]) {
      expect(seen(asked, undefined, leaking)).to.not.have.property('password');
    }
    expect(seen(undefined, 'title', leaking)).to.not.have.property('password');
  });

  it('is nothing more for names that are none', () => {
    expect(seen('unknown,__proto__,constructor,name.unknown,,a b')).to.deep.equal({
      schemas: whole['schemas'],
      id: 'p0',
    });
    expect(seen('__proto__.x')).to.deep.equal({ schemas: whole['schemas'], id: 'p0' });
    expect(seen(undefined, '__proto__.x,unknown')).to.deep.equal(whole);
    expect(Object.hasOwn(Object.prototype, 'x')).to.equal(false);
  });

  it('cannot be named and excluded at once, nor by more names than there could be', () => {
    expect(() => selectionOf('userName', 'emails'))
      .to.throw(ScimError)
      .with.property('scimType', 'invalidValue');
    expect(() => selectionOf(['userName'], ['emails'])).to.throw(ScimError);
    expect(() => selectionOf('a,'.repeat(300), undefined)).to.throw(ScimError);
  });

  it('tells beforehand whether members or groups have to be looked up', () => {
    expect(shows(selectionOf(undefined, undefined), GroupType, 'members')).to.equal(true);
    expect(shows(selectionOf(undefined, 'members'), GroupType, 'members')).to.equal(false);
    expect(shows(selectionOf('displayName', undefined), GroupType, 'members')).to.equal(false);
    expect(shows(selectionOf('members.value', undefined), GroupType, 'members')).to.equal(true);
    expect(shows(selectionOf('userName', undefined), User, 'groups')).to.equal(false);
  });
});

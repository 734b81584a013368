import { expect } from 'chai';
import fc from 'fast-check';
import { mustBeKnown } from '../../plugins/scim/filter/known.ts';
import { parseFilter } from '../../plugins/scim/filter/parse.ts';
import { printFilter } from '../../plugins/scim/filter/print.ts';
import { relatedQuestions } from '../../plugins/scim/filter/related.ts';
import { sortOf } from '../../plugins/scim/filter/sort.ts';
import { toQuery } from '../../plugins/scim/filter/translate.ts';
import type { TranslateOptions } from '../../plugins/scim/filter/translate.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import { matches, sortKey } from '../../src/store/evaluate.ts';
import type { Query } from '../../src/store/query.ts';
import { meaningfulFilter } from './filters.ts';
import { anyPerson, ENTERPRISE, group, GroupType, person, rendered, User } from './people.ts';
import { holdsOf } from './plain-evaluation.ts';

const query = (text: string, options?: TranslateOptions, type = User): Query =>
  toQuery(parseFilter(text), type, options);

const finds = (text: string, given: Parameters<typeof person>[0] = {}): boolean => matches(query(text), person(given));

const fault = (text: string, options?: TranslateOptions, type = User): unknown => {
  try {
    return query(text, options, type);
  } catch (error) {
    return error;
  }
};

const isRefused = (text: string, options?: TranslateOptions, type = User): void => {
  expect(fault(text, options, type), text)
    .to.be.instanceOf(ScimError)
    .and.to.include({ scimType: 'invalidFilter' });
};

const nodes = (of: Query): number => {
  if (of.op === 'and' || of.op === 'or') return of.of.reduce((sum, part) => sum + nodes(part), 1);
  return of.op === 'not' || of.op === 'any' ? 1 + nodes(of.of) : 1;
};

describe('What filters find', () => {
  it('is what a plain reading of the RFCs says of the resource, for any filter and any person', () => {
    fc.assert(
      fc.property(meaningfulFilter, fc.array(anyPerson, { minLength: 1, maxLength: 5 }), (filter, people) => {
        const asked = toQuery(parseFilter(printFilter(filter)), User);
        for (const one of people) {
          expect(matches(asked, one), printFilter(filter)).to.equal(holdsOf(filter, rendered(one)));
        }
      }),
      { numRuns: 800 },
    );
  });

  it('is found without regard to case where the schema says so, and exactly where it says that', () => {
    expect(finds('userName eq "ANNA"')).to.equal(true);
    expect(finds('displayName eq "STRASSE"', { displayName: 'Straße' })).to.equal(true);
    expect(finds('externalId eq "ABC"', { externalId: 'abc' })).to.equal(false);
    expect(finds('externalId eq "abc"', { externalId: 'abc' })).to.equal(true);
    expect(finds('id eq "P0"')).to.equal(false);
  });

  it('is one element that meets all that stands in brackets, and any elements without them', () => {
    const emails = [
      { value: 'a@x.example', type: 'work' },
      { value: 'b@y.example', type: 'home' },
    ];
    expect(finds('emails[type eq "work" and value co "@y"]', { emails })).to.equal(false);
    expect(finds('emails[type eq "work" and value co "@x"]', { emails })).to.equal(true);
    expect(finds('emails.type eq "work" and emails.value co "@y"', { emails })).to.equal(true);
  });

  it('keeps the parts of a negation together', () => {
    const [a, b] = [{ title: 'A' }, { nickName: 'B' }];
    const text = 'not (title eq "A" or nickName eq "B")';
    expect([finds(text, a), finds(text, b), finds(text)]).to.deep.equal([false, false, true]);
    expect(finds('(title eq "A" or nickName eq "B") and not (active eq true)', a)).to.equal(false);
  });

  it('compares times as moments, in whatever zone they are written', () => {
    const at = (text: string): boolean => matches(query(text), person({}, { updatedAt: Date.UTC(2026, 0, 1, 12) }));
    expect(at('meta.lastModified eq "2026-01-01T14:00:00+02:00"')).to.equal(true);
    expect(at('meta.lastModified gt "2026-01-01T11:59:59.999Z"')).to.equal(true);
    expect(at('meta.lastModified lt "2026-01-01T12:00:00Z"')).to.equal(false);
    for (const text of ['yesterday', '2026-01-01', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00Z; drop']) {
      isRefused(`meta.lastModified gt "${text}"`);
    }
  });

  it('finds the disabled and not the others by a boolean, written in any way that clients do', () => {
    for (const written of ['true', 'True', '"True"', '"true"']) {
      expect(finds(`active eq ${written}`, { active: false }), written).to.equal(false);
      expect(finds(`active eq ${written}`, { active: true }), written).to.equal(true);
    }
  });

  it('refuses to order booleans, to look into times and numbers as texts, and values of another type', () => {
    for (const op of ['gt', 'ge', 'lt', 'le', 'co', 'sw', 'ew']) isRefused(`active ${op} true`);
    for (const op of ['co', 'sw', 'ew']) isRefused(`meta.created ${op} "2026"`);
    for (const text of [
      'userName eq 1',
      'userName eq true',
      'active eq "yes"',
      'active eq 1',
      'title gt null',
      'emails.primary gt true',
    ]) {
      isRefused(text);
    }
  });

  it('says nothing of passwords', () => {
    for (const text of ['password pr', 'password eq "x"', 'PASSWORD sw "x"', 'not (password pr)']) isRefused(text);
  });

  it('refuses what is no attribute, what has no value of its own, and brackets after what has no values', () => {
    for (const text of [
      'nickname.x pr',
      'unknown eq "x"',
      'emails.unknown pr',
      'emails[unknown pr]',
      'addresses eq "x"',
    ]) {
      isRefused(text);
    }
    for (const text of [
      'name[familyName eq "x"]',
      'userName[value eq "x"]',
      'urn:other:User:title pr',
      'name eq "x"',
    ]) {
      isRefused(text);
    }
    for (const text of ['toString pr', 'constructor pr', 'emails.constructor pr', 'emails[constructor eq "x"]'])
      isRefused(text);
  });

  it('knows attributes of an extension by its URN, in any case', () => {
    const text = `${ENTERPRISE.toLowerCase()}:Manager.Value eq "m1"`;
    expect(finds(text, { manager: { value: 'm1' } })).to.equal(true);
    expect(finds(text, { manager: { value: 'M1' } })).to.equal(false);
    expect(finds(`${ENTERPRISE}:department sw "SAL"`, { department: 'Sales' })).to.equal(true);
    expect(finds('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "anna"')).to.equal(true);
    expect(finds('id eq "p0" and manager eq "m1"', { manager: { value: 'm1' } }), 'as Entra ID asks').to.equal(true);
  });

  it('asks the type of what it finds', () => {
    expect(finds('meta.resourceType eq "User"')).to.equal(true);
    expect(finds('meta.resourceType eq "Group"')).to.equal(false);
  });

  it('takes an attribute that only other kinds of resources have for absent, and one that none has for a mistake', () => {
    const across = { unknown: 'absent' } as const;
    expect(matches(query('members pr', across), person())).to.equal(false);
    expect(matches(query('emails pr or displayName eq "g"', across, GroupType), group('G'))).to.equal(true);
    expect(matches(query('userName ne "x"', across, GroupType), group('G'))).to.equal(true);
    expect(matches(query('not (emails[type eq "work"])', across, GroupType), group('G'))).to.equal(true);
    expect(() => mustBeKnown(parseFilter('userName pr and members pr'), [User, GroupType])).to.not.throw();
    for (const text of ['nobody pr', 'userName pr and not (nobody eq 1)', 'emails[nobody pr]']) {
      expect(() => mustBeKnown(parseFilter(text), [User, GroupType]), text).to.throw(ScimError);
    }
  });

  it('asks for memberships by one id, and is answered with the groups that have it', () => {
    const related = () => ['g0', 'g7'];
    for (const text of [
      'members eq "p1"',
      'members.value eq "p1"',
      'members[value eq "p1"]',
      'MEMBERS[VALUE eq "p1"]',
    ]) {
      expect(relatedQuestions(parseFilter(`displayName pr and not (${text})`), GroupType)).to.deep.equal([
        { attribute: 'members', value: 'p1' },
      ]);
      expect(matches(query(text, { related }, GroupType), group('G')), text).to.equal(true);
      expect(matches(query(text, { related: () => [] }, GroupType), group('G')), text).to.equal(false);
    }
    expect(matches(query('members ne "p1"', { related }, GroupType), group('G'))).to.equal(false);
    for (const text of [
      'members pr',
      'members co "p"',
      'members.display eq "x"',
      'members[value ne "p1"]',
      'members[value pr]',
      'members eq null',
    ]) {
      isRefused(text, { related }, GroupType);
      expect(() => relatedQuestions(parseFilter(text), GroupType), text).to.throw(ScimError);
    }
  });

  it('grows no faster than its text: choices are never multiplied out', () => {
    const clauses = (count: number): string =>
      Array.from({ length: count }, () => '(title eq "a" or nickName eq "b")').join(' and ');
    expect(nodes(query(clauses(14)))).to.equal(1 + 14 * 3);
    expect(nodes(query(clauses(100)))).to.equal(1 + 100 * 3);
  });
});

describe('The order of a list', () => {
  const keyOf = (sortBy: string, one: object) => sortKey(one, sortOf(User, sortBy))[0];

  it('goes by the folded text, the moment, or the primary or first value of a list', () => {
    const emails = [{ value: 'z@x.example' }, { value: 'B@x.example', primary: true }];
    const one = person({
      userName: 'Anna',
      name: { familyName: 'Ärger' },
      emails,
      phoneNumbers: [{ value: '+2' }, { value: '+1' }],
    });
    expect(keyOf('userName', one)).to.equal('anna');
    expect(keyOf('NAME.familyname', one)).to.equal('ärger');
    expect(keyOf('emails', one)).to.equal('b@x.example');
    expect(keyOf('emails.value', one)).to.equal('b@x.example');
    expect(keyOf('phoneNumbers', one)).to.equal('+2');
    expect(keyOf('meta.created', one)).to.equal(1_700_000_000_000);
    expect(keyOf(`${ENTERPRISE}:department`, person())).to.equal(undefined);
  });

  it('is ascending unless it is said to be descending', () => {
    expect(sortOf(User, 'userName')).to.deep.equal([{ path: 'userNameFolded', descending: false }]);
    expect(sortOf(User, 'userName', 'Descending')).to.deep.equal([{ path: 'userNameFolded', descending: true }]);
  });

  it('is none of a kind that lacks the attribute, where another one has it', () => {
    expect(sortOf(GroupType, 'userName', 'ascending', [User, GroupType])).to.deep.equal([]);
    expect(sortOf(User, 'userName', 'ascending', [User, GroupType])).to.have.length(1);
    expect(() => sortOf(GroupType, 'nothing', 'ascending', [User, GroupType])).to.throw(ScimError);
  });

  it('is by nothing that has no order', () => {
    for (const sortBy of ['nothing', 'name', 'emails.type', 'groups', 'addresses', '__proto__', '', 'meta.version']) {
      expect(() => sortOf(User, sortBy), sortBy).to.throw(ScimError);
    }
    expect(() => sortOf(User, 'password')).to.throw(ScimError);
    expect(() => sortOf(User, 'userName', 'sideways')).to.throw(ScimError);
  });
});

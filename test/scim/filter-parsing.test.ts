import { expect } from 'chai';
import fc from 'fast-check';
import type { Filter } from '../../plugins/scim/filter/filter.ts';
import { parseFilter, parseFrom } from '../../plugins/scim/filter/parse.ts';
import { printFilter } from '../../plugins/scim/filter/print.ts';
import { readerOf } from '../../plugins/scim/filter/reader.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import { anyFilter } from './filters.ts';

const NO_LIMITS = { length: Infinity, depth: Infinity, clauses: Infinity };

const fault = (text: string): unknown => {
  try {
    return parseFilter(text);
  } catch (error) {
    return error;
  }
};

const isRefused = (text: string): void => {
  expect(fault(text), text.slice(0, 80))
    .to.be.instanceOf(ScimError)
    .and.to.include({ status: 400, scimType: 'invalidFilter' });
};

const eq = (name: string, value: string): Filter => ({ kind: 'compare', path: { name }, op: 'eq', value });
const [a, b, c] = [eq('a', '1'), eq('b', '2'), eq('c', '3')];

/** Characters looked at while reading the text, whether or not it is a filter. */
const work = (text: string): number => {
  const reader = readerOf(text);
  try {
    parseFrom(reader, NO_LIMITS);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
  }
  return reader.looked;
};

describe('Reading filters', () => {
  it('not binds before and, and before or, and parentheses before all of them', () => {
    expect(parseFilter('a eq "1" or b eq "2" and c eq "3"')).to.deep.equal({
      kind: 'or',
      of: [a, { kind: 'and', of: [b, c] }],
    });
    expect(parseFilter('(a eq "1" or b eq "2") and not (c eq "3")')).to.deep.equal({
      kind: 'and',
      of: [
        { kind: 'or', of: [a, b] },
        { kind: 'not', of: c },
      ],
    });
    expect(parseFilter('not (a eq "1" or b eq "2")')).to.deep.equal({ kind: 'not', of: { kind: 'or', of: [a, b] } });
    expect(parseFilter('((((a eq "1"))))')).to.deep.equal(a);
  });

  it('operators, literals and words between may be written in any case, with any space', () => {
    const expected = parseFilter('a eq "1" and not (b eq "2") or c pr and d eq true');
    expect(parseFilter(' a\tEQ "1"  AND NOT( b Eq "2" )OR c PR And d eq True ')).to.deep.equal(expected);
  });

  it('values are those of JSON: texts with escapes, numbers, true, false and null', () => {
    const valueOf = (text: string) => {
      const filter = parseFilter(`a eq ${text}`);
      return filter.kind === 'compare' ? filter.value : undefined;
    };
    expect(valueOf('"a\\"b\\\\c\\u00e9\\n)"')).to.equal('a"b\\cé\n)');
    expect([valueOf('-1.5e3'), valueOf('0'), valueOf('true'), valueOf('null')]).to.deep.equal([-1500, 0, true, null]);
    for (const text of [
      '1.',
      '01',
      '+1',
      '.5',
      '1e',
      '1e999',
      "'a'",
      'yes',
      '"a',
      '"\\x"',
      '"\\u12"',
      '"a\nb"',
      '{}',
      '[]',
    ]) {
      isRefused(`a eq ${text}`);
    }
  });

  it('what no document could hold is no text of a filter', () => {
    isRefused('a eq "\\u0000"');
    isRefused('a eq "\\ud800"');
  });

  it('a name may have the URN of its schema before it and a sub-attribute after it', () => {
    const schema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    expect(parseFilter(`${schema}:manager.value pr`)).to.deep.equal({
      kind: 'present',
      path: { schema, name: 'manager', sub: 'value' },
    });
    for (const path of ['a.b.c', '.a', 'a.', '1a', 'a..b', 'a b', 'a,b', ':a', 'a:', 'é']) isRefused(`${path} pr`);
  });

  it('brackets hold a filter of their own about one and the same value', () => {
    expect(parseFilter('emails[type eq "work" and not (value co "@x" or primary eq true)]')).to.deep.equal({
      kind: 'valuePath',
      path: { name: 'emails' },
      of: {
        kind: 'and',
        of: [
          eq('type', 'work'),
          {
            kind: 'not',
            of: {
              kind: 'or',
              of: [
                { kind: 'compare', path: { name: 'value' }, op: 'co', value: '@x' },
                { kind: 'compare', path: { name: 'primary' }, op: 'eq', value: true },
              ],
            },
          },
        ],
      },
    });
    for (const text of [
      'a[b[c pr]]',
      'a[b.c pr]',
      'a[urn:x:b pr]',
      'a[]',
      'a[b pr',
      'a b pr]',
      'a.b[c pr]',
      '[a pr]',
    ]) {
      isRefused(text);
    }
  });

  it('a sub-attribute after brackets is one more condition on that value, as Entra ID looks for a work mail', () => {
    expect(parseFilter('emails[type eq "work"].value eq "x"')).to.deep.equal(
      parseFilter('emails[type eq "work" and value eq "x"]'),
    );
    for (const tail of ['.value', '.a.b eq 1', ' .value eq "x"', 'value eq "x"', '.1 pr']) {
      isRefused(`emails[type eq "work"]${tail}`);
    }
  });

  it('anything else is refused as invalidFilter', () => {
    for (const text of [
      '',
      ' ',
      '()',
      'a',
      'a eq',
      'a eq "1" and',
      'and a pr',
      'a pr b pr',
      'not a pr',
      '(a pr',
      'a pr)',
      'a is 1',
      '"a" eq 1',
    ]) {
      isRefused(text);
    }
  });

  it('the names that every object inherits are names like any other, or none', () => {
    for (const text of ['__proto__.x eq "y"', 'emails[__proto__.x eq "y"]', 'emails.__proto__ pr']) isRefused(text);
    expect(parseFilter('constructor.prototype eq "y"')).to.include({ kind: 'compare' });
    expect(Object.hasOwn(Object.prototype, 'x')).to.equal(false);
  });

  it('a filter has up to 8192 characters, 200 conditions and 50 levels, and one more is refused', () => {
    const long = (length: number): string => `a eq "${'x'.repeat(length - 7)}"`;
    const conditions = (count: number): string => Array.from({ length: count }, () => 'a pr').join(' or ');
    const deep = (levels: number): string => `${'('.repeat(levels)}a pr${')'.repeat(levels)}`;
    for (const text of [long(8192), conditions(200), deep(50), `${'not ('.repeat(50)}a pr${')'.repeat(50)}`]) {
      expect(() => parseFilter(text)).to.not.throw();
    }
    for (const text of [long(8193), conditions(201), deep(51), `${'not ('.repeat(51)}a pr${')'.repeat(51)}`])
      isRefused(text);
    isRefused(`${'('.repeat(49)}${'not ('.repeat(49)}a[`);
  });

  it('every filter is read from its print as what it is', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        expect(parseFrom(readerOf(printFilter(filter)), NO_LIMITS)).to.deep.equal(filter);
      }),
      { numRuns: 500 },
    );
  });

  it('no text whatever makes anything but a filter or invalidFilter', () => {
    const pieces = [
      '(',
      ')',
      '[',
      ']',
      '"',
      '\\',
      '.',
      ':',
      'a',
      'eq',
      'pr',
      'and',
      'or',
      'not',
      ' ',
      '\n',
      '1',
      '-',
      'null',
      '"x"',
      'urn:x:y',
      '\0',
      '\ud800',
      '__proto__',
    ];
    const soup = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 2 })), {
      maxLength: 40,
    });
    const broken = fc
      .tuple(anyFilter, fc.nat(), fc.nat(), fc.constantFrom(...pieces))
      .map(([filter, at, length, piece]) => {
        const text = printFilter(filter);
        const from = at % (text.length + 1);
        return text.slice(0, from) + piece + text.slice(from + (length % 5));
      });
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((parts) => parts.join('')),
          broken,
        ),
        (text) => {
          const found = fault(text);
          if (found instanceof ScimError) expect(found.scimType).to.equal('invalidFilter');
          else if (found instanceof Error) throw found;
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reading looks at each character a few times, however the text is made', () => {
    const families: readonly ((size: number) => string)[] = [
      // An unclosed quote and line ends: 41 characters of it took other parsers seconds.
      (size) => `userName eq "${'\n'.repeat(size)}`,
      (size) => `userName eq "${'\\'.repeat(size)}`,
      (size) => `userName eq "${'\\"'.repeat(size)}`,
      (size) => Array.from({ length: size }, () => '(a pr or b pr)').join(' and '),
      (size) => '('.repeat(size),
      (size) => 'not ('.repeat(size),
      (size) => `${'('.repeat(size)}a pr${')'.repeat(size)}`,
      (size) => `a${' '.repeat(size)}pr`,
      (size) => `a eq ${'9'.repeat(size)}x`,
      (size) => `${'a.'.repeat(size)} pr`,
      (size) => `${'urn:'.repeat(size)}a pr`,
      (size) => 'emails[a pr] and '.repeat(size),
      (size) => '"'.repeat(size),
    ];
    for (const family of families) {
      for (const size of [1, 28, 500, 1000]) {
        const text = family(size);
        expect(work(text), text.slice(0, 40)).to.be.at.most(4 * text.length + 20);
      }
    }
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const text = printFilter(filter);
        expect(work(text)).to.be.at.most(4 * text.length + 20);
      }),
    );
  });
});

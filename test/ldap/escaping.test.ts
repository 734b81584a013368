import { expect } from 'chai';
import { assert, constant, constantFrom, oneof, property, string, uint8Array } from 'fast-check';
import { BerReader, FilterParser } from 'ldapts';
import { filterBer } from '../../plugins/ldap/connection/filter-ber.ts';
import { isBelow, isSameDn, parsedDn } from '../../plugins/ldap/distinguished-name.ts';
import { dnPart, escapedDnValue, escapedFilterValue } from '../../plugins/ldap/escaping.ts';
import { and, eq, filterText, ge, matches, not, or, present, substrings } from '../../plugins/ldap/filter.ts';
import type { Filter } from '../../plugins/ldap/filter.ts';
import { isFilter, parsedFilter } from '../../plugins/ldap/filter-text.ts';

/** Text as hostile as it gets: specials of filters and names, NUL, spaces at the ends, all of Unicode. */
const anyText = oneof(
  string({ unit: 'binary', maxLength: 40 }),
  string({ unit: constantFrom(...Array.from('*)(|&!=\\\0 ,+"<>;#~:')), maxLength: 20 }),
  constant('*)(uid=*))(|(uid=*'),
  constant('\\2a'),
  constant(' leading and trailing '),
);

describe('Filters', () => {
  it('hold whatever text as one value of one assertion', () => {
    assert(
      property(anyText, (value) => {
        expect(parsedFilter(filterText(eq('cn', value)))).to.deep.equal({ kind: 'eq', attribute: 'cn', value });
        expect(parsedFilter(filterText(and(present('objectClass'), eq('cn', value), ge('age', value))))).to.deep.equal(
          and(present('objectClass'), eq('cn', value), ge('age', value)),
        );
      }),
    );
  });

  it('are read the same by a parser that is not ours', () => {
    assert(
      property(anyText, (value) => {
        const written = FilterParser.parseString(filterText(or(eq('cn', value), eq('sn', 'x'))));
        const [first, second, ...more] = (written as unknown as { filters: { attribute: string; value: string }[] })
          .filters;
        expect([first?.attribute, first?.value, second?.value, more.length]).to.deep.equal(['cn', value, 'x', 0]);
      }),
    );
  });

  it('go out as one assertion with exactly that value', () => {
    assert(
      property(anyText, (value) => {
        const read = FilterParser.parse(new BerReader(filterBer(eq('cn', value)))) as unknown as Record<
          string,
          unknown
        >;
        expect([read['attribute'], read['value']]).to.deep.equal(['cn', value]);
      }),
    );
  });

  it('keep bytes that are no text', () => {
    assert(
      property(uint8Array({ minLength: 1, maxLength: 16 }), (bytes) => {
        const value = Buffer.from(bytes);
        const parsed = parsedFilter(filterText(eq('objectGUID', value)));
        expect('value' in parsed && Buffer.from(parsed.value)).to.deep.equal(value);
        expect(filterBer(eq('objectGUID', value)).subarray(-value.length)).to.deep.equal(value);
      }),
    );
  });

  it('escape what RFC 4515 names and nothing else', () => {
    expect(escapedFilterValue('*')).to.equal('\\2a');
    expect(escapedFilterValue('Lučić')).to.equal('Lučić');
    expect(escapedFilterValue('C:\\MyFile (x)\0')).to.equal('C:\\5cMyFile \\28x\\29\\00');
    expect(escapedFilterValue(Buffer.from([0, 0xff]))).to.equal('\\00\\ff');
  });

  it('are read from the configuration in every form of RFC 4515, and printed again', () => {
    const texts = [
      '(cn=Babs Jensen)',
      '(!(cn=Tim Howes))',
      '(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))',
      '(o=univ*of*mich*)',
      '(seeAlso=*)',
      '(cn;lang-de=x)',
      '(age>=18)',
      '(age<=18)',
      '(sn~=Jansen)',
      '(cn:caseExactMatch:=Fred Flintstone)',
      '(sn:dn:2.4.6.8.10:=Barney Rubble)',
      '(o:dn:=Ace Industry)',
      '(:1.2.3:=Wilma Flintstone)',
      '(userAccountControl:1.2.840.113556.1.4.803:=2)',
      '(memberOf:1.2.840.113556.1.4.1941:=cn=all\\2c everywhere,dc=x)',
    ];
    for (const text of texts) {
      const printed = filterText(parsedFilter(text));
      expect(parsedFilter(printed), text).to.deep.equal(parsedFilter(text));
      // ldapts knows no options of attributes.
      if (text.includes(';')) continue;
      expect(FilterParser.parseString(printed).toString(), text).to.equal(FilterParser.parseString(text).toString());
    }
  });

  it('are refused where they are none', () => {
    const deep = '(!'.repeat(100) + '(a=b)' + ')'.repeat(100);
    for (const text of ['', 'cn=x', '(cn=x', '(cn=x))', '()', '(&)', '(cn)', '(cn=\\2)', '(age>=1*)', '(=x)', deep]) {
      expect(isFilter(text), text.slice(0, 20)).to.be.false;
    }
  });

  it('are not built of what is no name of an attribute', () => {
    for (const name of ['', 'cn)(uid', 'c n', '1a', 'cn=', 'cn\0']) {
      expect(() => eq(name, 'x'), JSON.stringify(name)).to.throw('not the name of an attribute');
    }
    expect(() => or()).to.throw('a filter of no filters');
  });

  it('write substrings, negation and matching rules as ldapts reads them', () => {
    const filters: readonly Filter[] = [
      substrings('cn', { initial: 'a', any: ['b', 'c'], final: 'd' }),
      substrings('cn', { any: ['*'] }),
      not(eq('mail', 'x')),
      matches('userAccountControl', '1.2.840.113556.1.4.803', '2'),
      matches(undefined, '1.2.3', 'x'),
    ];
    for (const filter of filters) {
      const read = FilterParser.parse(new BerReader(filterBer(filter)));
      expect(read.toString()).to.equal(FilterParser.parseString(filterText(filter)).toString());
    }
    // Two that ldapts writes but cannot read.
    expect(filterBer(matches('o', undefined, 'x', true)).toString('hex')).to.equal('a9098201' + '6f8301' + '788401ff');
    expect(filterBer(not(present('mail'))).toString('latin1')).to.equal('\xa2\x06\x87\x04mail');
  });
});

describe('Distinguished names', () => {
  it('hold whatever text as one value of one part', () => {
    assert(
      property(anyText, (value) => {
        expect(parsedDn(`${dnPart('cn', value)},ou=People,dc=test`)).to.deep.equal([
          [{ type: 'cn', value }],
          [{ type: 'ou', value: 'People' }],
          [{ type: 'dc', value: 'test' }],
        ]);
      }),
    );
  });

  it('are escaped as in the examples of RFC 4514', () => {
    expect(escapedDnValue('James "Jim" Smith, III')).to.equal('James \\"Jim\\" Smith\\, III');
    expect(escapedDnValue('Before\rAfter')).to.equal('Before\\0dAfter');
    expect(escapedDnValue('#abc ')).to.equal('\\#abc\\ ');
    expect(escapedDnValue('Lučić')).to.equal('Lučić');
    expect(parsedDn('CN=Lu\\C4\\8Di\\C4\\87')).to.deep.equal([[{ type: 'CN', value: 'Lučić' }]]);
  });

  it('are compared part by part, without regard to case and to how they are escaped', () => {
    expect(isBelow('cn=Doe\\, Jane,OU=People,dc=x', 'ou=people, DC=X')).to.be.true;
    expect(isSameDn('cn=Doe\\, Jane,dc=x', 'CN=doe\\2c jane,dc=x')).to.be.true;
    expect(isSameDn('cn=a+uid=b,dc=x', 'UID=B + cn=A,dc=x')).to.be.true;
    expect(isBelow('cn=x\\,ou=people,dc=x', 'ou=people,dc=x')).to.be.false;
    expect(isBelow('ou=people,dc=x', 'cn=a,ou=people,dc=x')).to.be.false;
    expect(isBelow('cn=a,dc=x', '')).to.be.true;
    expect(isBelow('nonsense', 'dc=x')).to.be.false;
  });

  it('are refused where they are none', () => {
    for (const text of ['cn', 'cn=a,', '=a', 'cn=a,,dc=x', 'cn="a"', 'cn=a\\', 'c n=a']) {
      expect(parsedDn(text), text).to.equal(undefined);
    }
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { dnPart } from '../../plugins/ldap/escaping.ts';
import { dnKey, isWithin } from '../../plugins/ldap/import/dn-key.ts';

describe('names of entries', () => {
  it('are one however they are spelled: case, space, escapes and the order within a part', () => {
    const same = [
      ['cn=Ada Lovelace,ou=People,dc=corp', 'CN = ada  lovelace , OU=people,DC=CORP'],
      ['cn=Doe\\, Jane,dc=corp', 'cn=Doe\\2C Jane,dc=corp'],
      ['cn=Doe\\, Jane,dc=corp', 'cn=doe\\2c  jane, dc=corp'],
      ['cn=Lu\\C4\\8Di\\C4\\87,dc=corp', 'cn=Lučić,dc=corp'],
      ['cn=a+uid=b,dc=corp', 'uid=B + cn=A,dc=corp'],
      ['cn=STRASSE,dc=corp', 'cn=Straße,dc=corp'],
    ];
    for (const [one = '', other = ''] of same) expect(dnKey(one)).to.equal(dnKey(other));
  });

  it('are two where their values differ, whatever stands in them', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '');
    const plain = (text: string): string => text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
    fc.assert(
      fc.property(value, value, (one, other) => {
        fc.pre(!one.includes('\0') && !other.includes('\0'));
        const keys = [one, other].map((text) => dnKey(`${dnPart('cn', text)},dc=corp`));
        expect(isWithin(keys[0] ?? '', dnKey('dc=corp'))).to.equal(true);
        if (plain(one) === plain(other)) expect(keys[0]).to.equal(keys[1]);
        else if (plain(one.toUpperCase()) !== plain(other.toUpperCase())) expect(keys[0]).not.to.equal(keys[1]);
      }),
    );
  });

  it('are below others by whole parts, never by how their text ends', () => {
    const base = dnKey('OU=People,DC=corp');
    expect(isWithin(dnKey('cn=ada,ou=people,dc=corp'), base)).to.equal(true);
    expect(isWithin(dnKey('ou=people, dc=corp'), base)).to.equal(true);
    expect(isWithin(dnKey('cn=ada,ou=otherou=people,dc=corp'), base)).to.equal(false);
    expect(isWithin(dnKey('cn=x\\,ou=people\\,dc=corp'), base)).to.equal(false);
    expect(isWithin(dnKey('cn=ada,dc=corp'), base)).to.equal(false);
  });
});

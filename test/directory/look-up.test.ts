import { expect } from 'chai';
import fc from 'fast-check';
import { fold } from '../../src/kernel/text.ts';
import { isMailAddress } from '../../src/kernel/mail-address.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

/** Letters whose case, width and compatibility forms trap naive folding, and others. */
const letter = fc.oneof(
  fc.constantFrom(
    'ß',
    'ẞ',
    'ﬁ',
    'ς',
    'σ',
    'Σ',
    'İ',
    'ı',
    'ａ',
    'Å',
    'Å',
    'e\u0301',
    'É',
    'ǅ',
    'ö',
    '𐐀',
    '①',
    'ﾊﾟ',
    'Ω',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
/**
 * As keyboards write names: in NFC, and without the iota below other marks, which upper case turns into a letter that
 * takes those marks for its own.
 */
const name = fc
  .array(letter, { minLength: 1, maxLength: 8 })
  .map((letters) => letters.join('').normalize('NFC'))
  .filter((text) => !text.normalize('NFKD').includes('\u0345'));

/** The same name as somebody else's keyboard would write it. */
const respelled = (text: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    text,
    text.toUpperCase(),
    text.toLowerCase(),
    text.normalize('NFD'),
    text.normalize('NFC'),
    text.normalize('NFKC'),
  );

describe('folding', () => {
  it('gives every spelling of a character one form', () => {
    const apart: string[] = [];
    // Beyond the second plane there is no case.
    for (let code = 0; code < 0x2_0000; code += 1) {
      const character = String.fromCodePoint(code);
      if (!character.isWellFormed()) continue;
      const folded = fold(character);
      const spellings = [folded, character.toUpperCase(), character.toLowerCase(), character.normalize('NFKD')];
      if (spellings.some((spelling) => fold(spelling) !== folded)) apart.push(code.toString(16));
    }
    expect(apart).to.deep.equal([]);
  });

  it('gives every spelling of a name one form', () => {
    fc.assert(
      fc.property(
        name.chain((text) => fc.tuple(fc.constant(text), respelled(text))),
        ([text, other]) => {
          expect(fold(other)).to.equal(fold(text));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(fold(fold(text))).to.equal(fold(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('looking somebody up', () => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms();
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const found = async (typed: string): Promise<string | undefined> =>
    (await r.directory.accounts.byName(typed))?.userName;

  it('finds a person by every spelling of the user name', async () => {
    const person = await r.person({ userName: 'Jürgen Große-Ωmega' });
    for (const typed of [
      'jürgen große-ωmega',
      'JÜRGEN GROSSE-ΩMEGA',
      ' Ju\u0308rgen Große-Ωmega ',
      'ｊürgen grosse-ωmega',
    ]) {
      expect((await r.directory.accounts.byName(typed))?.id, typed).to.equal(person.id);
    }
  });

  it('finds a person by any of their addresses, as long as nobody shares it', async () => {
    await r.person({ userName: 'anna', emails: [{ value: 'Anna@Example.com' }, { value: 'office@example.com' }] });
    await r.person({ userName: 'berta', emails: [{ value: 'berta@example.com' }, { value: 'OFFICE@example.com' }] });
    expect(await found('anna@example.COM')).to.equal('anna');
    expect(await found('berta@example.com')).to.equal('berta');
    expect(await found('office@example.com')).to.equal(undefined);
  });

  it('finds a person by another name of theirs, which is neither a user name nor an address of somebody else', async () => {
    const carla = await r.person({ userName: 'carla', otherNames: ['Carla@Corp.Example', 'shared@corp.example'] });
    await r.person({ userName: 'dora', emails: [{ value: 'shared@corp.example' }], otherNames: ['emil@corp.example'] });
    await r.person({ userName: 'emil@corp.example' });
    expect(await found('carla@corp.EXAMPLE')).to.equal('carla');
    expect(await found('shared@corp.example')).to.equal(undefined);
    expect(await found('emil@corp.example')).to.equal('emil@corp.example');
    await r.commit(r.directory.people.updating(carla, { title: 'Engineer' }, { actor: 'cli' }));
    expect(await found('carla@corp.example')).to.equal('carla');
    const [after] = (await r.directory.people.list()).docs.filter(({ userName }) => userName === 'carla');
    if (!after) throw new Error('she is here');
    await r.commit(r.directory.people.updating(after, { otherNames: [] }, { actor: 'cli' }));
    expect(await found('carla@corp.example')).to.equal(undefined);
  });

  it('takes a user name before an address', async () => {
    await r.person({ userName: 'anna@example.com' });
    await r.person({ userName: 'berta', emails: [{ value: 'anna@example.com' }] });
    expect(await found('anna@example.com')).to.equal('anna@example.com');
  });

  it('finds nobody, and fails at nothing, for whatever may be typed', async () => {
    await r.person({ userName: 'anna', emails: [{ value: 'anna@example.com' }] });
    const odd = [
      '',
      ' ',
      '\0',
      '\uD800',
      'a'.repeat(100_000),
      '@',
      'anna@',
      '*',
      '%',
      "' OR 1=1 --",
      '$ne',
      '__proto__',
    ];
    for (const typed of odd) expect(await found(typed), typed.slice(0, 20)).to.equal(undefined);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (typed) => {
        expect(await found(`x${typed}`)).to.equal(undefined);
      }),
      { numRuns: 50 },
    );
  });

  it('puts the primary address first, and tells the first preferred language', async () => {
    const anna = await r.person({
      userName: 'anna',
      emails: [{ value: 'a@x.example' }, { value: 'b@x.example', primary: true }],
      preferredLanguage: 'de_CH, en;q=0.5',
    });
    const account = await r.directory.accounts.byId(anna.id);
    expect(account?.mail).to.deep.equal(['b@x.example', 'a@x.example']);
    expect(account?.locale).to.equal('de-CH');
  });

  it('leaves out a language that is none', async () => {
    const anna = await r.person({ userName: 'anna', preferredLanguage: 'klingon!' });
    expect(await r.directory.accounts.byId(anna.id)).not.to.have.property('locale');
  });
});

describe('mail addresses', () => {
  it('never hold what ends a line, begins another address or quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        for (const bad of ['\r', '\n', '\0', ',', ';', '<', '>', '"', ' ', '\u2028', '\u202E', '\u0085']) {
          expect(isMailAddress(`a${before}${bad}${after}@example.com`)).to.equal(false);
        }
      }),
    );
  });
});

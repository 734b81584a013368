import { expect } from 'chai';
import fc from 'fast-check';
import { answerFault, foldAnswer } from '../../plugins/sspr/questions/answers.ts';
import { createCatalogue } from '../../plugins/sspr/questions/catalogue.ts';
import { maskAddress } from '../../plugins/sspr/methods/mask.ts';
import { questions } from './questions.ts';

const QUESTION = 'In which street did you live as a small child?';

describe('answers to questions', () => {
  it('are the same in every case, with other blanks, accents, dots and hyphens', () => {
    for (const [a, b] of [
      ['Müller-Straße 3', ' muller strasse 3'],
      ['ÉCOLE', 'ecole'],
      ['St. Mary’s', 'st marys'],
      ['ﬁsh', 'FISH'],
      ['Ἀθήνας', 'ΑΘΗΝΑΣ'],
      ['e\u0301te\u0301', 'été'],
    ] as const) {
      expect(foldAnswer(a), a).to.equal(foldAnswer(b));
    }
    expect(foldAnswer('street 1')).not.to.equal(foldAnswer('street 2'));
  });

  it('are folded once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => foldAnswer(foldAnswer(text)) === foldAnswer(text)),
      { examples: [['ㄱ ㅏ'], ['İ'], ['ΑΣ']] },
    );
  });

  it('have 3 to 40 characters, and no word of the question', () => {
    expect(answerFault('ab', QUESTION)).to.equal('short');
    expect(answerFault('...', QUESTION)).to.equal('short');
    expect(answerFault('a b', QUESTION)).to.equal('short');
    expect(answerFault('abc', QUESTION)).to.equal(undefined);
    expect(answerFault('月光町', QUESTION)).to.equal(undefined);
    expect(answerFault('x'.repeat(40), QUESTION)).to.equal(undefined);
    expect(answerFault('x'.repeat(41), QUESTION)).to.equal('long');
    expect(answerFault('Acacia STREET', QUESTION)).to.equal('inQuestion');
    expect(answerFault('s m a l l', QUESTION)).to.equal('inQuestion');
    expect(answerFault('Rue de la Paix', QUESTION)).to.equal(undefined);
  });
});

describe('the catalogue of questions', () => {
  it('has 20 questions, each in English and German', () => {
    expect(Object.keys(questions)).to.have.length(20);
    for (const [id, { en, de }] of Object.entries(questions)) {
      expect(id).to.match(/^[a-z-]+$/);
      expect(en).to.match(/\?$/);
      expect(de).to.match(/\?$/);
      expect(en).not.to.equal(de);
    }
  });

  it('speaks the nearest language there is, and holds the organisation’s own beside ours', () => {
    const own = [
      { id: 'badge', text: { de: 'Welche Farbe hatte Ihr erster Ausweis?', en: 'Which colour was your badge?' } },
    ];
    const catalogue = createCatalogue(own);
    expect(catalogue.ids).to.have.length(21);
    expect(catalogue.text('badge', 'de-AT')).to.equal('Welche Farbe hatte Ihr erster Ausweis?');
    expect(catalogue.text('badge', 'ja')).to.equal('Which colour was your badge?');
    expect(catalogue.text('gone', 'en')).to.equal(undefined);
    expect(catalogue.text('constructor', 'en')).to.equal(undefined);
  });
});

describe('a masked address', () => {
  it('shows the first letter and the domain, and not how long the rest is', () => {
    expect(maskAddress('bob@example.org')).to.equal('b•••@example.org');
    expect(maskAddress('x@example.org')).to.equal('x•••@example.org');
    expect(maskAddress('🦉owl@example.org')).to.equal('🦉•••@example.org');
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const [masked = '', domain] = maskAddress(address).split('@');
        expect(domain).to.equal(address.split('@')[1]);
        expect([...masked]).to.have.length(4);
      }),
    );
  });
});

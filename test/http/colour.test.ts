import { expect } from 'chai';
import fc from 'fast-check';
import { brandStyles, SURFACES } from '../../src/http/brand.ts';
import { contrast, readableOn, textOn } from '../../src/http/colour.ts';

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('http: colours of the brand', () => {
  it('computes contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).to.be.closeTo(21, 0.001);
    expect(contrast('#777777', '#ffffff')).to.be.closeTo(4.478, 0.001);
  });

  it('finds a text colour with at least 4.5:1 for every background', () => {
    fc.assert(fc.property(colour, (background) => contrast(textOn(background), background) >= 4.5));
  });

  it('makes every accent readable on light and dark cards, and leaves one that is readable as it is', () => {
    fc.assert(
      fc.property(colour, fc.constantFrom(...Object.values(SURFACES)), (accent, surface) => {
        const readable = readableOn(accent, surface);
        expect(contrast(readable, surface)).to.be.at.least(4.5);
        if (contrast(accent, surface) >= 4.5) expect(readable).to.equal(accent);
      }),
    );
  });

  it('gives each theme its shades, each pair of text and background with at least 4.5:1', () => {
    fc.assert(
      fc.property(colour, colour, (accent, background) => {
        const themes = brandStyles({ accent, background }).split('@media').slice(1);
        expect(themes).to.have.lengthOf(2);
        for (const theme of themes) {
          const value = (name: string): string => new RegExp(`--${name}:(#[0-9a-f]{6})`).exec(theme)?.[1] ?? '';
          expect(contrast(value('on-accent'), value('accent'))).to.be.at.least(4.5);
          expect(contrast(value('on-accent'), value('accent-pressed'))).to.be.at.least(4.5);
        }
      }),
    );
  });
});

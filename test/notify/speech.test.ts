import { expect } from 'chai';
import { parseFragment } from 'parse5';
import { speechOf, twiml } from '../../src/notify/calls.ts';

describe('what a call says', () => {
  it('is said twice, line by line, with a pause between any two', () => {
    const speech = speechOf('Your code is\n4\n0', 'en');
    expect(speech).to.deep.equal({ language: 'en-US', say: ['Your code is', '4', '0', 'Your code is', '4', '0'] });
    const [head, body] = twiml(speech).split('\n');
    expect(head).to.equal('<?xml version="1.0" encoding="UTF-8"?>');
    const said = (text: string): string => `<Say language="en-US">${text}</Say>`;
    const pause = '<Pause length="1"/>';
    const once = [said('Your code is'), said('4'), said('0')].join(pause);
    expect(body).to.equal(`<Response>${once}${pause}${once}</Response>`);
  });

  it('is said by a voice of the language, in the region where most speak it unless one is named', () => {
    const languages = ['de', 'de-AT', 'en-GB', 'fr', 'es', 'pl', 'ja', 'ar'].map(
      (locale) => speechOf('', locale).language,
    );
    expect(languages).to.deep.equal(['de-DE', 'de-AT', 'en-GB', 'fr-FR', 'es-ES', 'pl-PL', 'ja-JP', 'ar-EG']);
  });

  it('is text to whoever reads it, whatever a name holds', () => {
    const name = `</Say><Dial>+1900</Dial> & "O'Neill" \u0000\u0008\uFFFF\uD800`;
    const body = twiml({ language: 'en-US', say: [name] });
    expect(body)
      .not.to.include('<Dial>')
      .and.not.match(/[\u0000\u0008\uFFFF\uD800]/);
    expect(
      JSON.stringify(parseFragment(body), (key, value: unknown) => (key === 'parentNode' ? undefined : value)),
    ).to.include(`</Say><Dial>+1900</Dial> & \\"O'Neill\\"`);
  });
});

import { expect } from 'chai';
import { wordOf } from '../../plugins/sspr/flows/word.ts';
import { deviceOf } from '../../plugins/sspr/device.ts';
import { testSecrets } from '../support/rooms.ts';

const AGENTS = {
  'Edge Windows':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Chrome Android':
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'Safari iPhone':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Safari macOS':
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  'Firefox Linux': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'unknown unknown': 'curl/8.0',
};

describe('a device', () => {
  for (const [name, agent] of Object.entries(AGENTS)) {
    it(`is told to people as ${name}`, () => {
      const { browser, system } = deviceOf(agent);
      expect(`${browser} ${system}`).to.equal(name);
    });
  }
});

describe('the short word', () => {
  it('stays the same for a flow, differs between flows, and can be said aloud', () => {
    const secrets = testSecrets();
    const words = Array.from({ length: 200 }, (_, at) => wordOf(secrets, `flow ${String(at)}`));
    expect(wordOf(secrets, 'flow 7')).to.equal(words[7]);
    expect(new Set(words).size).to.be.greaterThan(195);
    for (const word of words) expect(word).to.match(/^([bdglmnprstvz][aeiou]){3}$/);
  });
});

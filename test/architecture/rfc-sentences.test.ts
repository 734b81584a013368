import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { readSentences, sentenceFaults } from './rfc-sentences.ts';

const PAGE = 'docs/scim-rfc.md';
const own =
  '`test/architecture/rfc-sentences.test.ts › name for each a test that exists, or the reason why there is none`';

const page = (...rows: readonly string[]): string =>
  [
    '1 sentences: 1 held by a test, 0 not ours, 0 not kept.',
    '1 sentences: 0 held by a test, 0 not ours, 1 not kept.',
    ...rows,
  ].join('\n');

describe('The sentences of the RFCs', () => {
  it('name for each a test that exists, or the reason why there is none', () => {
    const markdown = readFileSync(join(packageRoot, PAGE), 'utf8');
    const faults = sentenceFaults(markdown);
    expect(faults, `${PAGE}\n${faults.join('\n')}`).to.be.empty;
    const rfcs = new Set(readSentences(markdown).map(({ id }) => id.slice(0, 4)));
    expect([...rfcs]).to.have.members(['7643', '7644', '9865']);
  });

  it('fail without a test, without a reason, with a number that is missing or there twice, and with wrong sums', () => {
    expect(sentenceFaults(page(`| 7644-1-1 | MUST | all | ${own} |`))).to.be.empty;
    expect(sentenceFaults(page('| 7644-1-1 | MUST | all | not kept: for a reason |'))).to.be.empty;
    for (const row of [
      `| 7644-1-2 | MUST | all | ${own} |`,
      `| 7644-1-x | MUST | all | ${own} |`,
      `| 7644-1-1 | WILL | all | ${own} |`,
      `| 7644-1-1 | MUST | | ${own} |`,
      '| 7644-1-1 | MUST | all | by looking at it |',
      '| 7644-1-1 | MUST | all | not kept: |',
      '| 7644-1-1 | MUST | all | not kept: `test/gone.test.ts › title` |',
      '| 7644-1-1 | MUST | all | `test/architecture/rfc-sentences.test.ts › another title` |',
    ]) {
      expect(sentenceFaults(page(row)), row).to.not.be.empty;
    }
    const twice = `| 7644-1-1 | MUST | all | ${own} |`;
    expect(sentenceFaults(page(twice, twice)).join('\n')).to.include('not the next number');
    expect(sentenceFaults(page()).join('\n')).to.include('0 sentences: 0 held');
  });
});

import { expect } from 'chai';
import { promiseFaults, PROMISING, promisesIn, readPromises } from './promises.ts';

const table = (row: string): string => `| promise | shown by |\n| --- | --- |\n${row}\n`;

describe('The list of promises', () => {
  it('names for each promise a test or a figure that exists', () => {
    for (const page of PROMISING) {
      const markdown = promisesIn(page);
      const faults = promiseFaults(markdown);
      expect(faults, `docs/${page}\n${faults.join('\n')}`).to.be.empty;
      expect(readPromises(markdown)).to.not.be.empty;
    }
  });

  it('fails when a file is gone, a title was changed, or nothing is named', () => {
    const own = 'test/architecture/promises.test.ts';
    expect(promiseFaults(table(`| a | \`${own} › names for each promise a test or a figure that exists\` |`))).to.be
      .empty;
    expect(promiseFaults(table(`| a | \`${own} › another title\` |`))).to.have.length(1);
    expect(promiseFaults(table('| a | `test/gone.test.ts › title` |'))).to.have.length(1);
    expect(promiseFaults(table('| a | by looking at it |'))).to.have.length(1);
    expect(promiseFaults(table('| a | not yet |'))).to.be.empty;
  });
});

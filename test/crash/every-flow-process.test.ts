import { expect } from 'chai';
import { dieEverywhere } from './every-boundary.ts';
import { stories } from './stories.ts';

describe('Where the process is killed at any boundary between two things that it leaves behind', function () {
  this.timeout(300_000);

  for (const story of stories) {
    it(`and somebody ${story.title}, all is true once after the restart`, async () => {
      const { boundaries, died, wounds } = await dieEverywhere(story);
      if (process.env['LATCHKEY_TEST_LOG']) process.stderr.write(`${died.join('\n')}\n`);
      expect(wounds).to.deep.equal([]);
      expect(died, 'where it died').to.have.length(boundaries).and.not.to.include('the end of the story');
    });
  }
});

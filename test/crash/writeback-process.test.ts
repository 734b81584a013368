import { expect } from 'chai';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { expectAllTrue } from './every-boundary.ts';
import { dieAtEveryWrite } from './every-write.ts';
import { directoryStories } from './stories/directories.ts';

const { reset, change, forcedChange, unlock, unlockAndGoOn } = directoryStories;

const suite =
  (stories: readonly (typeof directoryStories)[keyof typeof directoryStories][]) =>
  (server: () => DirectoryServer): void => {
    for (const storyOn of stories) {
      const story = storyOn(server);
      it(`and somebody ${story.title}, all is true once after the restart`, async function () {
        this.timeout(300_000);
        const outcome = await dieAtEveryWrite(server(), story);
        expectAllTrue(outcome);
        const unheard = outcome.died.filter((boundary) => /nobody heard: (modify|extended)/.test(boundary));
        expect(unheard, 'answers to writes that nobody heard').not.to.be.empty;
      });
    }
  };

// Each story where it differs most: the domain takes old passwords for a while, slapd is written to in several steps.
const onSamba = suite([reset, change, forcedChange, unlock]);
const onSlapd = suite([reset, forcedChange, unlock, unlockAndGoOn]);

describeOnSamba('Where the process is killed at any boundary of what is written to a Samba domain', onSamba);
describeOnSlapd('Where the process is killed at any boundary of what is written to slapd', onSlapd);

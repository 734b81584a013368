import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { mongodb } from '../support/engines.ts';
import { dieEverywhere, expectAllTrue } from './every-boundary.ts';
import { stories } from './stories.ts';
import { change } from './stories/change.ts';
import { resetByCode } from './stories/reset.ts';

const FLOWS = join(packageRoot, 'plugins/sspr/flows');

const kindOf = (table: unknown): readonly string[] =>
  typeof table === 'object' && table !== null && 'kind' in table && 'states' in table ? [String(table.kind)] : [];

/** Kinds of all tables there are. */
const tables = async (): Promise<readonly string[]> => {
  const kinds: string[] = [];
  for (const file of await readdir(FLOWS)) {
    const exported = (await import(join(FLOWS, file))) as Record<string, unknown>;
    kinds.push(...Object.values(exported).flatMap(kindOf));
  }
  return kinds;
};

describe('Where the process is killed at any boundary between two things that it leaves behind', function () {
  this.timeout(300_000);

  for (const story of stories) {
    it(`and somebody ${story.title}, all is true once after the restart`, async () => {
      expectAllTrue(await dieEverywhere(story));
    });
  }

  it('every table of a flow, and the sign-in, has its story', async () => {
    const told = new Set(stories.flatMap(({ flows }) => flows));
    expect([...told]).to.include.members(['sign-in', ...(await tables())]);
  });
});

describe('Where the process is killed after a commit of several documents on MongoDB', function () {
  before(async function () {
    await mongodb.require(this);
  });
  this.timeout(300_000);

  for (const story of [resetByCode, change]) {
    it(`and somebody ${story.title}, all is true once after the restart`, async () => {
      expectAllTrue(await dieEverywhere({ ...story, store: mongodb }, (boundary) => boundary.startsWith('commit ')));
    });
  }
});

import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { testClock } from '../support/clock.ts';
import { worldOn } from '../support/world.ts';
import { openMortals } from './mortals.ts';
import type { Mortals } from './mortals.ts';
import { perform, prepare } from './performance.ts';
import type { Injury, Performance, Prepared } from './performance.ts';
import type { Story } from './story.ts';
import { expectAnswer, expectTruth } from './truths.ts';

/** Until what the dead process had taken in hand is free for others; less than a code lives. */
const LEASED = 6 * MINUTE;

/** What was found wrong, and where the process had died. */
export interface Wound {
  readonly boundary: string;
  readonly fault: string;
}

export interface Outcome {
  /** The boundaries that the story has. */
  readonly boundaries: number;
  /** Those at which the process died. */
  readonly died: readonly string[];
  readonly wounds: readonly Wound[];
}

/** The product died at every boundary, and was whole after each. */
export const expectAllTrue = ({ boundaries, died, wounds }: Outcome): void => {
  expect(wounds.map(({ boundary, fault }) => `${boundary}: ${fault}`).join('\n')).to.equal('');
  expect(boundaries, 'boundaries').to.be.above(0);
  expect(died, 'where it died').to.have.length(boundaries).and.not.to.include('the end of the story');
};

/** Tells the story with nothing in the way, which shows the boundaries that it has. */
const boundariesOf = async (story: Story, prepared: Prepared, mortals: Mortals): Promise<readonly Injury[]> => {
  await using whole = await perform(story, prepared, mortals);
  return [
    ...whole.passed.map((boundary) => ({ boundary })),
    ...Array.from({ length: whole.mails }, (_, at) => ({ mail: at + 1 })),
  ];
};

/** Starts the product again on what was left, and looks. */
const faults = async (
  story: Story,
  { epoch, memory, mails }: Prepared,
  performance: Performance,
): Promise<string[]> => {
  const { premises, clock, person, elsewhere } = performance;
  clock.install();
  try {
    await using world = await worldOn(premises, clock);
    performance.goesOnWith(world);
    await world.settle();
    await expectAnswer(person);
    await world.later(LEASED);
    await story.holds({ world, person, elsewhere, memory, epoch });
    await expectTruth({ world, person, elsewhere, memory, epoch }, () => [...mails, ...premises.post.mails]);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    clock[Symbol.dispose]();
  }
};

/** A telling, and what it began with. */
export interface Telling {
  readonly prepared: Prepared;
  readonly performance: Performance;
}

/** Kills the process in which all of these stand still, and looks at what the next one makes of each. */
export const outcomeOf = async (story: Story, mortals: Mortals, tellings: readonly Telling[]): Promise<Outcome> => {
  await mortals.kill();
  const died: string[] = [];
  const wounds: Wound[] = [];
  for (const { prepared, performance } of tellings) {
    const { boundary = 'the end of the story' } = performance;
    died.push(boundary);
    wounds.push(...(await faults(story, prepared, performance)).map((fault) => ({ boundary, fault })));
  }
  return { boundaries: tellings.length, died, wounds };
};

/**
 * Lets the product die at every boundary of the story, each time on files of its own. They are told in one process, which
 * is killed when each of them stands still.
 *
 * @param wanted only at boundaries of the product's own with such names
 */
export const dieEverywhere = async (story: Story, wanted?: (boundary: string) => boolean): Promise<Outcome> => {
  await using stack = new AsyncDisposableStack();
  const prepared = stack.use(await prepare(story));
  using clock = testClock(prepared.now);
  clock.install();
  const mortals = stack.use(openMortals(prepared.now));
  const all = await boundariesOf(story, prepared, mortals);
  const injuries = wanted ? all.filter((each) => 'boundary' in each && wanted(each.boundary)) : all;
  const performances = await Promise.all(injuries.map((injury) => perform(story, prepared, mortals, injury)));
  for (const performance of performances) stack.use(performance);
  return await outcomeOf(
    story,
    mortals,
    performances.map((performance) => ({ prepared, performance })),
  );
};

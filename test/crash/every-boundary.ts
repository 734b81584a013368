import { MINUTE } from '../../src/kernel/clock.ts';
import { testClock } from '../support/clock.ts';
import { worldOn } from '../support/world.ts';
import { openMortals } from './mortals.ts';
import { perform, prepare } from './performance.ts';
import type { Injury, Performance, Prepared } from './performance.ts';
import type { Story } from './story.ts';
import { expectAnswer, expectTruth } from './truths.ts';

/** How many tellings go on in one process, to die together. */
const TOGETHER = 16;

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

/** Tells the story with nothing in the way, which shows the boundaries that it has. */
const boundariesOf = async (story: Story, prepared: Prepared): Promise<readonly Injury[]> => {
  await using mortals = openMortals(prepared.now);
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

const dieTogether = async (story: Story, prepared: Prepared, injuries: readonly Injury[]) => {
  await using stack = new AsyncDisposableStack();
  const mortals = stack.use(openMortals(prepared.now));
  const performances = await Promise.all(injuries.map((injury) => perform(story, prepared, mortals, injury)));
  for (const performance of performances) stack.use(performance);
  await mortals.kill();
  const died: string[] = [];
  const wounds: Wound[] = [];
  for (const performance of performances) {
    const { boundary = 'the end of the story' } = performance;
    died.push(boundary);
    wounds.push(...(await faults(story, prepared, performance)).map((fault) => ({ boundary, fault })));
  }
  return { died, wounds };
};

/** Lets the process die at every boundary of the story, each time on files of its own. */
export const dieEverywhere = async (story: Story): Promise<Outcome> => {
  await using prepared = await prepare(story);
  const clock = testClock(prepared.now);
  const during = async <R>(act: () => Promise<R>): Promise<R> => {
    clock.install();
    try {
      return await act();
    } finally {
      clock[Symbol.dispose]();
    }
  };
  return await during(async () => {
    const injuries = await boundariesOf(story, prepared);
    const died: string[] = [];
    const wounds: Wound[] = [];
    for (let at = 0; at < injuries.length; at += TOGETHER) {
      const outcome = await dieTogether(story, prepared, injuries.slice(at, at + TOGETHER));
      died.push(...outcome.died);
      wounds.push(...outcome.wounds);
    }
    return { boundaries: injuries.length, died, wounds };
  });
};

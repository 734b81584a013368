import Mocha from 'mocha';
import { TARGET } from '../test/support/target.ts';
import { reasonOf } from './failures.ts';

type Outcome =
  | { readonly kind: 'held'; readonly title: string }
  | { readonly kind: 'broken' | 'not tried'; readonly title: string; readonly reason: string };

const NOT_TRIED = 'NotTried';

const outcomeOf = (test: Mocha.Runnable, error: unknown): Outcome => {
  const kind = error instanceof Error && error.constructor.name === NOT_TRIED ? 'not tried' : 'broken';
  const reason = kind === 'broken' ? reasonOf(error, '') : (error as Error).message;
  return { kind, title: test.title, reason };
};

const lineOf = (outcome: Outcome): string => {
  if (outcome.kind === 'held') return `- held: ${outcome.title}`;
  const [first = '', ...rest] = outcome.reason.trim().split('\n');
  const name = outcome.kind === 'broken' ? '**BROKEN**' : 'not tried';
  return [`- ${name}: ${outcome.title}`, `  ${first}`, ...rest.slice(0, 12).map((line) => `  ${line}`)].join('\n');
};

const count = (outcomes: readonly Outcome[], kind: Outcome['kind']): string =>
  `${String(outcomes.filter((each) => each.kind === kind).length)} ${kind}`;

/** One section for each failure that was seen elsewhere, in Markdown, for people who were not there. */
export default class AttackReport extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const sections = new Map<string, Outcome[]>();
    const note = (test: Mocha.Runnable, outcome: Outcome): void => {
      const heading = test.parent?.title ?? '';
      sections.set(heading, [...(sections.get(heading) ?? []), outcome]);
      process.stderr.write(`${outcome.kind.padEnd(10)}${heading}: ${outcome.title}\n`);
    };
    runner.on('pass', (test) => {
      note(test, { kind: 'held', title: test.title });
    });
    runner.on('fail', (test: Mocha.Runnable, error: unknown) => {
      note(test, outcomeOf(test, error));
    });
    runner.once('end', () => {
      const all = [...sections.values()].flat();
      const kinds = ['held', 'broken', 'not tried'] as const;
      const totals = kinds.map((kind) => count(all, kind)).join(', ');
      const parts = [...sections].map(([heading, outcomes]) => `## ${heading}\n\n${outcomes.map(lineOf).join('\n')}\n`);
      console.log([`# Attacks on ${process.env[TARGET_NAME] ?? ''}\n`, `${totals}.\n`, ...parts].join('\n').trimEnd());
    });
  }
}

/** The address, for the heading: the file that {@link TARGET} names holds passwords. */
export const TARGET_NAME = `${TARGET}_URL`;

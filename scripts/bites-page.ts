import type { Mutation, Row } from '../test/attacks/mutations/mutation.ts';

/** Written by `npm run mutate`. */
export const BITES_PAGE = 'docs/attacks-bite.md';

export interface Verdict {
  readonly mutation: Mutation;
  /** The attack is held off while the protection is there. */
  readonly held: boolean;
  /** What the attack found without the protection; undefined where it noticed nothing. */
  readonly seen: string | undefined;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const LONGEST = 140;

/** What it saw, without what is another each time. */
const brief = (seen: string): string => {
  const text = seen.replaceAll(/https?:\/\/[^\s/]+/g, 'https://…');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

const code = (text: string): string => `\`${text.replaceAll('`', '’').replaceAll('|', '\\|')}\``;

const lines = (row: Row, verdicts: readonly Verdict[]): readonly string[] => {
  if (!('mutations' in row)) return [`Comes with ${row.comesWith}.`];
  const table = row.mutations.map((mutation) => {
    const verdict = verdicts.find((one) => one.mutation.name === mutation.name);
    const word = verdict?.held === true && verdict.seen !== undefined ? 'yes' : 'no';
    const [file = '', title = ''] = mutation.attack.split(' › ');
    const attack = `${code(file)} › ${cell(title)}`;
    return `| ${mutation.name}: ${cell(mutation.without)} | ${attack} | ${word}: ${code(brief(verdict?.seen ?? 'nothing'))} |`;
  });
  return ['| without its protection the server … | attack | fails then |', '| --- | --- | --- |', ...table];
};

export const bitesPage = (rows: readonly Row[], verdicts: readonly Verdict[], day: string): string =>
  `# Every attack bites

<!-- Written by \`npm run mutate\` from test/attacks/mutations. Do not edit. -->

An attack that never fails shows nothing. On ${day} \`npm run mutate\` took out each of these protections, one at a
time in a copy of the sources, and ran the attack on it: held off before, it has to fail then. \`npm test\` checks that
every one of these edits can still be made, and that every file of attacks stands here, but for the two that run those
on any site once more, in production.

What a library does by itself is not taken out: that oidc-provider looks at the kind of a token and gives a session
another id at a sign-in, or that Node bounds the number of headers. Those attacks run as well, and hold.

${rows.map((row) => `## ${row.failure}\n\nSeen: ${row.seen}.\n\n${lines(row, verdicts).join('\n')}\n`).join('\n')}`;

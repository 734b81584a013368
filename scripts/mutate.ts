import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Edit, Mutation } from '../test/attacks/mutations/mutation.ts';
import { rows } from '../test/attacks/mutations/rows.ts';
import { noticed } from './bites.ts';
import { bitesPage, BITES_PAGE, type Verdict } from './bites-page.ts';
import { runMocha, type MochaRun } from './mocha.ts';
import { root } from './toolchain.js';

const USAGE = `npm run mutate [-- NAME...]

Takes out one protection at a time, in a copy, and runs the attack that must then succeed. Without names it takes all
of them, for half an hour, and writes what it saw into ${BITES_PAGE}.
`;

const LINKED = ['node_modules', '.cache'];
const LEFT_OUT = new Set([...LINKED, '.git', 'data', 'dist', 'coverage']);

const copied = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-mutate-'));
  cpSync(root, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(root, path)) });
  for (const name of LINKED) symlinkSync(join(root, name), join(copy, name));
  return copy;
};

/** @throws where the text does not stand there exactly once */
const edited = (before: string, { file, text, instead }: Edit): string => {
  const parts = before.split(text);
  if (parts.length !== 2) throw new Error(`${file}: ${String(parts.length - 1)} times, not once: ${text}`);
  return parts.join(instead);
};

/** Makes the edits, and gives what undoes them. */
const mutated = (copy: string, { edits }: Mutation): (() => void) => {
  const originals = new Map<string, string>();
  for (const edit of edits) {
    const path = join(copy, edit.file);
    const now = readFileSync(path, 'utf8');
    if (!originals.has(path)) originals.set(path, now);
    writeFileSync(path, edited(now, edit));
  }
  return () => {
    for (const [path, text] of originals) writeFileSync(path, text);
  };
};

const attacked = (copy: string, attack: string): Promise<MochaRun> => {
  const [file = '', title = ''] = attack.split(' › ');
  return runMocha([file], () => undefined, { cwd: copy, title });
};

const verdictOf = async (
  copy: string,
  mutation: Mutation,
  holds: Map<string, boolean>,
): Promise<Verdict & { readonly run: MochaRun }> => {
  const { attack } = mutation;
  if (!holds.has(attack)) {
    const { totals } = await attacked(copy, attack);
    holds.set(attack, totals.passed > 0 && totals.failed === 0);
  }
  const undo = mutated(copy, mutation);
  try {
    const seen = await attacked(copy, attack);
    return { mutation, held: holds.get(attack) === true, seen: noticed(seen), run: seen };
  } finally {
    undo();
  }
};

const asked = process.argv.slice(2);
const all = rows.flatMap((row) => ('mutations' in row ? row.mutations : []));
const chosen = asked.length === 0 ? all : all.filter(({ name }) => asked.includes(name));

if (chosen.length < Math.max(1, asked.length)) {
  console.error(`${USAGE}\n${all.map(({ name, without }) => `  ${name}: the server ${without}`).join('\n')}`);
  process.exit(2);
}

const copy = copied();
const holds = new Map<string, boolean>();
const verdicts: Verdict[] = [];
try {
  for (const mutation of chosen) {
    const verdict = await verdictOf(copy, mutation, holds);
    verdicts.push(verdict);
    const { held, seen } = verdict;
    const word = !held ? 'FAILS ANYWAY' : seen === undefined ? 'SURVIVES' : 'bites';
    console.log(`${word}  ${mutation.name}: the server ${mutation.without}\n  ${mutation.attack}\n  ${seen ?? ''}`);
    if (word !== 'bites') console.log(verdict.run.output);
  }
} finally {
  rmSync(copy, { recursive: true });
}

const bad = verdicts.filter(({ held, seen }) => !held || seen === undefined);
console.log(`${String(verdicts.length - bad.length)} of ${String(verdicts.length)} attacks bite`);
if (asked.length === 0)
  writeFileSync(join(root, BITES_PAGE), bitesPage(rows, verdicts, new Date().toISOString().slice(0, 10)));
process.exitCode = bad.length === 0 ? 0 : 1;

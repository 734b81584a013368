import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../src/kernel/package-root.ts';
import type { Edit, Mutation } from '../attacks/mutations/mutation.ts';
import { rows } from '../attacks/mutations/rows.ts';
import { titlesIn } from './promises.ts';

const mutations: readonly Mutation[] = rows.flatMap((row) => ('mutations' in row ? row.mutations : []));

const read = (file: string): string => readFileSync(join(packageRoot, file), 'utf8');

const fileOf = ({ attack }: Mutation): string => attack.split(' › ')[0] ?? '';

/** How often the text of each edit stands in its file, as the edits before it have left that. */
const found = (edits: readonly Edit[]): readonly number[] => {
  const texts = new Map<string, string>();
  return edits.map(({ file, text, instead }) => {
    const parts = (texts.get(file) ?? read(file)).split(text);
    texts.set(file, parts.join(instead));
    return parts.length - 1;
  });
};

// What they show is seen by `npm run mutate`, which takes minutes; this keeps it possible.
/** They run the attacks on any site once more, and take minutes for it: each of those stands here by itself. */
const AGAIN: readonly string[] = [
  'test/attacks/in-production-process.test.ts',
  'test/attacks/directory-in-production-process.test.ts',
];

describe('The protections that can be taken out to see their attacks bite', () => {
  it('stand where they are said to stand', () => {
    const gone = mutations.flatMap(({ name, edits }) =>
      found(edits).flatMap((count, at) =>
        count === 1 ? [] : [`${name}: ${edits[at]?.text ?? ''} (${String(count)})`],
      ),
    );
    expect(gone, gone.join('\n')).to.be.empty;
  });

  it('have names of their own', () => {
    const names = mutations.map(({ name }) => name);
    expect(names).to.have.length(new Set(names).size);
  });

  it('are tried by attacks that exist', () => {
    const gone = mutations.filter((mutation) => {
      const [, title = ''] = mutation.attack.split(' › ');
      return ![...titlesIn(fileOf(mutation))].some((one) => title.startsWith(one));
    });
    expect(gone.map(({ attack }) => attack)).to.be.empty;
  });

  it('leave no file of attacks out', () => {
    const files = globSync('test/attacks/**/*.test.ts', { cwd: packageRoot }).filter((file) => !AGAIN.includes(file));
    expect(files).not.to.be.empty;
    expect(mutations.map(fileOf)).to.include.members(files);
  });

  it('are what the page about them tells of, as attacks that were seen to bite', () => {
    const page = read('docs/attacks-bite.md');
    expect([...page.matchAll(/^\| ([\w-]+): /gm)].map(([, name]) => name)).to.deep.equal(
      mutations.map(({ name }) => name),
    );
    expect([...page.matchAll(/^\| .* \| (yes|no): `/gm)].map(([, word]) => word)).not.to.include('no');
    for (const { failure } of rows) expect(page).to.include(`## ${failure}`);
  });
});

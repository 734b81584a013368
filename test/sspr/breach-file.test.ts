import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { breachFileFault } from '../../plugins/sspr/password-rules/breach-file-faults.ts';
import { countInFile } from '../../plugins/sspr/password-rules/breach-file.ts';

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

interface Shape {
  readonly lineBreak: '\n' | '\r\n';
  readonly endsOpen: boolean;
  readonly lowerCase: boolean;
}

const PLAIN: Shape = { lineBreak: '\n', endsOpen: false, lowerCase: false };

type Seen = ReadonlyMap<string, number>;

const written = (seen: Seen, { lineBreak, endsOpen, lowerCase }: Shape): string => {
  const lines = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([hash, count]) => `${hash}:${String(count)}`);
  const text = lines.join(lineBreak) + (endsOpen ? '' : lineBreak);
  return lowerCase ? text.toLowerCase() : text;
};

/** Some thousand hashes: many times what is read at once. */
const many = (length: number): Seen =>
  new Map(Array.from({ length }, (_, n) => [sha1(`password ${String(n)}`), 1 + ((n * 7919) % 10_000_000)]));

describe('A file of breached passwords', () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-breached-'));
    path = join(folder, 'hashes.txt');
  });
  after(() => rm(folder, { recursive: true }));

  const shape = fc.record<Shape>({
    lineBreak: fc.constantFrom('\n', '\r\n'),
    endsOpen: fc.boolean(),
    lowerCase: fc.boolean(),
  });

  it('tells what a look at every line would tell, whatever is in it and however its lines end', async () => {
    const hash = fc.tuple(fc.constantFrom('0', '00FF', '7', 'FFFFF', ''), fc.nat()).map(([start, n]) => {
      return (start + sha1(String(n))).slice(0, 40);
    });
    const seen = fc
      .tuple(fc.array(fc.tuple(hash, fc.integer({ min: 1, max: 1e9 })), { minLength: 1, maxLength: 6 }), fc.nat(400))
      .map(([some, length]): Seen => new Map([...many(length), ...some]));
    await fc.assert(
      fc.asyncProperty(seen, shape, fc.array(hash, { maxLength: 5 }), async (all, how, others) => {
        await writeFile(path, written(all, how));
        expect(breachFileFault(path)).to.equal(undefined);
        for (const one of [...[...all.keys()].slice(-6), ...others]) {
          expect(await countInFile(path, one), one).to.equal(all.get(one) ?? 0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds every line, the first and the last one too, and nothing before, between or after them', async () => {
    const all = many(2000);
    const sorted = [...all.keys()].sort();
    for (const how of [PLAIN, { ...PLAIN, lineBreak: '\r\n', endsOpen: true, lowerCase: true } as const]) {
      await writeFile(path, written(all, how));
      for (const one of sorted) expect(await countInFile(path, one)).to.equal(all.get(one));
      const absent = [
        '0'.repeat(40),
        'F'.repeat(40),
        ...Array.from({ length: 100 }, (_, n) => sha1(`not ${String(n)}`)),
      ];
      for (const one of absent) expect(await countInFile(path, one)).to.equal(0);
    }
  });

  it('may be replaced while the server runs', async () => {
    await writeFile(path, written(new Map([[sha1('before'), 1]]), PLAIN));
    expect(await countInFile(path, sha1('after'))).to.equal(0);
    const next = join(folder, 'next.txt');
    await writeFile(next, written(new Map([[sha1('after'), 2]]), PLAIN));
    await rename(next, path);
    expect(await countInFile(path, sha1('after'))).to.equal(2);
  });

  it('is no file of hashes when it is not there, empty, a folder or something else', async () => {
    expect(breachFileFault(join(folder, 'none'))).to.match(/\/none cannot be read \(ENOENT\)$/);
    expect(breachFileFault(folder)).to.match(/cannot be read \(EISDIR\)$/);
    await writeFile(path, '');
    expect(breachFileFault(path)).to.match(/hashes\.txt is empty$/);
    const line = `${sha1('x')}:1\n`;
    const wrong = ['hunter2\n', `${sha1('x')}\n`, `${sha1('x').slice(8)}:1\n`, `\uFEFF${line}`, '\0'.repeat(9000)];
    for (const text of [...wrong, `${line}\n`, `${line}F`, 'x'.repeat(100_000)]) {
      await writeFile(path, text);
      expect(breachFileFault(path), text.slice(0, 60)).to.match(
        /has something else than a line HASH:COUNT at byte \d+/,
      );
    }
  });

  it('is refused when it is ordered by anything but the hash', async () => {
    const lines = written(many(5000), PLAIN).trimEnd().split('\n');
    const byCount = lines.toSorted((a, b) => Number(b.slice(41)) - Number(a.slice(41)));
    const turned = [...lines.slice(2500), ...lines.slice(0, 2500)];
    for (const text of [byCount, lines.toReversed(), turned, [...lines, lines[0]]]) {
      await writeFile(path, text.join('\n'));
      expect(breachFileFault(path)).to.match(/is not ordered by hash at byte \d+/);
    }
  });

  it('is not trusted where it is damaged: a look-up that meets no line fails', async () => {
    const text = written(many(2000), PLAIN);
    await writeFile(path, `${text.slice(0, 20_000)}${'?'.repeat(60_000)}${text.slice(80_000)}`);
    const outcome = await countInFile(path, sha1('password 1')).catch((error: unknown) => error);
    expect(outcome).to.be.an('error').with.property('code', 'damaged');
  });
});

import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { target, TARGET, type Target } from '../test/support/target.ts';
import { root } from './toolchain.js';

const USAGE = `npm run attack -- URL --people FILE --inbox URL [--report FILE]

Attacks a server of your own as strangers on the network could, and reports what held. See docs/attack.md.

  --people FILE   JSON: a list of { userName, password, mail, alternateMail }, about 30 that exist for this alone
  --inbox URL     answers with the mails to their alternate addresses as JSON, as /dev/mailbox.json does
  --report FILE   where the report goes besides the terminal
`;

class Unusable extends Error {}

const given = (): { readonly site: Target; readonly report: string | undefined } => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { people: { type: 'string' }, inbox: { type: 'string' }, report: { type: 'string' } },
  });
  const [url] = positionals;
  if (url === undefined || values.people === undefined) throw new Unusable('a URL and --people are needed');
  const people: unknown = JSON.parse(readFileSync(values.people, 'utf8'));
  const site = target.safeParse({ url, people, inbox: values.inbox ?? new URL('/dev/mailbox.json', url).href });
  if (!site.success) throw new Unusable(z.prettifyError(site.error));
  return { site: site.data, report: values.report };
};

const attack = (site: Target): { readonly code: number; readonly report: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-attack-'));
  try {
    const file = join(folder, 'target.json');
    writeFileSync(file, JSON.stringify(site), { mode: 0o600 });
    const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const reporter = join(root, 'scripts', 'attack-report.ts');
    const files = globSync('test/attacks/any-site/*.test.ts', { cwd: root }).sort();
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--conditions=latchkey-source', mocha, '--reporter', reporter, '--spec', ...files],
      {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, [TARGET]: file, [`${TARGET}_URL`]: site.url },
      },
    );
    return { code: status ?? 1, report: stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

try {
  const { site, report: file } = given();
  const { code, report } = attack(site);
  console.log(report);
  if (file !== undefined) writeFileSync(file, report);
  process.exitCode = code === 0 ? 0 : 1;
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}

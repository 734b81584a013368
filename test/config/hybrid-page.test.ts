import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ldap } from '../../plugins/ldap/index.ts';
import type { LdapConfig } from '../../plugins/ldap/config.ts';
import { audit } from '../../src/cli/audit.ts';
import { checkConfig } from '../../src/cli/check-config.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { loadConfig } from '../../src/config/load.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { terminal } from '../cli/terminal.ts';

const plugins = [ldap] as unknown as NonNullable<Parameters<typeof terminal>[2]>;

const page = await readFile(join(packageRoot, 'docs', 'hybrid.md'), 'utf8');

const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);

describe('The page that leads to a first reset in a directory', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    await Promise.all(
      ['corp-password', 'corp-ca.pem'].map((name) => writeFile(join(folder, name), 'x', { mode: 0o600 })),
    );
  });
  after(() => rm(folder, { recursive: true }));

  it('shows configurations that are valid, one for each kind of directory', async () => {
    const seen = await Promise.all(
      blocks('yaml').map(async (text, at) => {
        const file = join(folder, `${String(at)}.yaml`);
        await writeFile(file, text.replaceAll('/etc/latchkey', folder));
        const config = await loadConfig({ LATCHKEY_CONFIG: file, LATCHKEY_DATA_DIR: folder }, plugins);
        const { directories } = config.plugins['ldap'] as LdapConfig;
        return directories['corp']?.dialect;
      }),
    );
    expect(seen).to.deep.equal(['active-directory', 'openldap', 'ds389']);
  });

  it('names commands and options that there are', async () => {
    await using t = await terminal([doctor, checkConfig, audit], [], plugins);
    const told = [...page.matchAll(/npx latchkey ([a-z][^\n`]*)/g)].map(([, words = '']) => words.split(' '));
    expect(told.length).to.be.greaterThan(8);
    for (const words of told) {
      const options = words.filter((word) => word.startsWith('--'));
      const command = words.slice(0, ['doctor', 'check-config'].includes(words[0] ?? '') ? 1 : 2);
      const { code, out } = await t.run([...command, '--help']);
      expect(code, words.join(' ')).to.equal(0);
      expect(out, words.join(' ')).to.match(new RegExp(`Usage: latchkey ${command.join(' ')}`));
      for (const option of options) expect(out, words.join(' ')).to.match(new RegExp(`^ +${option}\\b`, 'm'));
    }
  });
});

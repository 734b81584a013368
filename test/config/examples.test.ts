import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';

const env = {
  LATCHKEY_MASTER_KEY: 'A'.repeat(43),
  SMTP_PASSWORD: 'for the test',
  INTRANET_SECRET: 'for the test',
};

describe('Example configurations', () => {
  const schema = JSON.parse(readFileSync(join(packageRoot, 'config', 'latchkey.schema.json'), 'utf8')) as object;

  for (const file of globSync('config/*.yaml', { cwd: packageRoot })) {
    it(`${file} is valid, in an editor and in the program`, async () => {
      const path = join(packageRoot, file);
      const inEditor = new Ajv.Ajv2020({ strict: false, validateFormats: false }).compile(schema);
      expect(inEditor(parse(readFileSync(path, 'utf8'))), JSON.stringify(inEditor.errors)).to.equal(true);
      await loadConfig({ LATCHKEY_CONFIG: path, ...env }, []);
    });
  }
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { documents } from '../../scripts/documents.ts';
import { plugins } from '../../src/app.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';

describe('Generated documents', () => {
  for (const { path, text } of documents(plugins)) {
    it(`${path} is what the schema says`, () => {
      const written = readFileSync(join(packageRoot, path), 'utf8');
      expect(written === text, `${path} is out of date: npm run generate`).to.equal(true);
    });
  }
});

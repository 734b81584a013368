import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { sourceFiles } from './source-files.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(packageRoot, name), 'utf8'));

describe('Dependencies', () => {
  const manifest = readJson('package.json') as Manifest;

  it('are declared for everything that the published program imports, and are all used', () => {
    const used = new Set(
      sourceFiles('src/**/*.ts', 'plugins/**/*.ts')
        .flatMap(({ imports }) => imports)
        .filter(({ to, typeOnly }) => !typeOnly && !to.startsWith('node:') && !/^(src|plugins)\//.test(to))
        .map(({ to }) => to),
    );
    expect([...used].sort()).to.deep.equal(Object.keys(manifest.dependencies).sort());
  });

  it('are pinned to one version each', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name}: ${version}`);
    expect(loose).to.be.empty;
  });

  it('are locked with a checksum and without the address of a registry', () => {
    const { packages } = readJson('package-lock.json') as {
      packages: Record<string, { integrity?: string; resolved?: string }>;
    };
    const faults = Object.entries(packages)
      .filter(([path, { integrity, resolved }]) => path !== '' && (!integrity || resolved !== undefined))
      .map(([path]) => path);
    expect(faults).to.be.empty;
  });
});

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/kernel/package-root.ts';

const run = promisify(execFile);

export interface Packed {
  /** An empty project that has the package installed from its tarball, and nothing else of ours. */
  readonly folder: string;
  /** Every file of the tarball, relative to the package. */
  readonly files: readonly string[];
  remove(): Promise<void>;
}

interface Manifest {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

// What is built goes beside the rest in a folder of its own: other tests read the work tree meanwhile.
const stage = async (folder: string, { files }: Manifest): Promise<void> => {
  const taken = ['package.json', 'README.md', 'LICENSE', ...files.map((path) => path.split('/')[0] ?? path)];
  for (const path of new Set(taken)) {
    if (path === 'dist') continue;
    await cp(join(packageRoot, path), join(folder, path), { recursive: true, force: true }).catch((error: unknown) => {
      // A page that is not written yet is no part of the package.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
  const tsc = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const build = join(packageRoot, 'tsconfig.build.json');
  // Types are checked elsewhere.
  await run(process.execPath, [tsc, '-p', build, '--outDir', join(folder, 'dist'), '--noCheck']);
};

/** Packs the package as `npm publish` would, and installs the tarball in an empty project, without any network. */
export const packed = async (): Promise<Packed> => {
  const manifest = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as Manifest;
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-packed-'));
  const staging = join(folder, 'staging');
  const target = join(folder, 'node_modules', 'latchkey');
  await mkdir(staging);
  await mkdir(target, { recursive: true });
  await stage(staging, manifest);
  const options = ['--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', ['pack', ...options], { cwd: staging });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  await run('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', target]);
  await rm(staging, { recursive: true });
  for (const name of Object.keys(manifest.dependencies)) {
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
    await symlink(join(packageRoot, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return { folder, files: files.map(({ path }) => path), remove: () => rm(folder, { recursive: true }) };
};

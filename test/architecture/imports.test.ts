import { expect } from 'chai';
import { fault, longFiles, LONGEST, ruleOf, importers } from './rules.ts';
import { sourceFiles } from './source-files.ts';
import type { SourceFile } from './source-files.ts';

describe('Architecture', () => {
  let files: readonly SourceFile[];

  before(() => {
    files = sourceFiles('src/**/*.ts', 'plugins/**/*.ts', 'examples/**/*.ts');
  });

  it('lets every file import only what its place allows', () => {
    const faults = files.flatMap(({ path, imports }) => imports.flatMap((one) => fault(path, one) ?? []));
    expect(faults, faults.join('\n')).to.be.empty;
  });

  it('has one importer for each library that speaks a protocol', () => {
    const faults = files.flatMap(({ path, imports }) =>
      imports.flatMap(({ to, line, typeOnly }) => {
        const known = importers[to];
        if (typeOnly || known === undefined || known.includes(path) || path.startsWith('examples/')) return [];
        return [`${path}:${line} must not import ${to}: speak to ${known.join(' or ')} instead.`];
      }),
    );
    expect(faults, faults.join('\n')).to.be.empty;
  });

  it('has no circle of imports', () => {
    const next = new Map(files.map(({ path, imports }) => [path, imports.filter((one) => !one.typeOnly)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (done.has(path) || trail.includes(path)) return;
      for (const { to } of next.get(path) ?? []) walk(to, [...trail, path]);
      done.add(path);
    };
    for (const { path } of files) walk(path, []);
    expect(circles, circles.join('\n')).to.be.empty;
  });

  it('has no folder of odds and ends', () => {
    const odd = sourceFiles('{src,plugins,test,scripts,bench,examples}/**/*.{ts,js}')
      .map(({ path }) => path)
      .filter((path) => /(^|\/)(utils?|helpers?|common|misc|lib)\//.test(path));
    expect(odd, `name the folder after what is in it:\n${odd.join('\n')}`).to.be.empty;
  });

  it('keeps the files of plugins short', () => {
    const long = files
      .filter(({ path, lines }) => path.startsWith('plugins/') && lines > LONGEST && longFiles[path] === undefined)
      .map(
        ({ path, lines }) => `${path} has ${lines} lines: split it, or give the reason in test/architecture/rules.ts`,
      );
    expect(long, long.join('\n')).to.be.empty;
  });

  it('knows a rule for the place of every source file', () => {
    const without = files.filter(({ path }) => ruleOf(path) === undefined);
    expect(without.map(({ path }) => path)).to.be.empty;
  });

  it('tells of a forbidden import with what to do instead', () => {
    const made = fault('plugins/sspr/index.ts', { to: 'src/oidc/adapter.ts', line: 3, typeOnly: false });
    expect(made).to.match(/^plugins\/sspr\/index\.ts:3 must not import src\/oidc\/adapter\.ts\. .*src\/plugin\.ts/);
    expect(fault('plugins/sspr/a.ts', { to: 'plugins/scim/b.ts', line: 1, typeOnly: true })).to.be.a('string');
    expect(fault('src/store/sqlite/a.ts', { to: 'src/store/mongo/b.ts', line: 1, typeOnly: true })).to.be.a('string');
    expect(fault('src/kernel/a.ts', { to: 'src/store/port.ts', line: 1, typeOnly: true })).to.be.a('string');
    expect(fault('src/notify/a.ts', { to: 'src/http/b.ts', line: 1, typeOnly: false })).to.be.a('string');
    expect(fault('src/notify/a.ts', { to: 'src/http/b.ts', line: 1, typeOnly: true })).to.equal(undefined);
  });
});

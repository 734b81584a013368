// Run by loading-process.test.ts in a process of its own: starts the server and prints which packages, and which
// folders of our own, were loaded.
import { registerHooks } from 'node:module';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processEnvironment } from '../../src/config/environment.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';

const packages = new Set<string>();
const folders = new Set<string>();
registerHooks({
  load(url, context, next) {
    // The innermost package: one that another package brought along counts as itself.
    const inside = url.split('/node_modules/').at(-1) ?? '';
    const name = /^(@[^/]+\/[^/]+|[^/]+)/.exec(inside)?.[0];
    if (url.includes('/node_modules/') && name !== undefined) packages.add(name);
    else if (url.startsWith('file:')) folders.add(dirname(relative(packageRoot, fileURLToPath(url))));
    return next(url, context);
  },
});

const { plugins, startApp } = await import('../../src/app.ts');
const { loadConfig } = await import('../../src/config/load.ts');
const app = await startApp(await loadConfig(processEnvironment(), plugins));
const answer = await fetch(`http://127.0.0.1:${app.port}/.well-known/openid-configuration`);
await answer.text();
await app.stop();
process.stdout.write(JSON.stringify({ status: answer.status, packages: [...packages].sort(), folders: [...folders] }));

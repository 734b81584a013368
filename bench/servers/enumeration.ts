// A server whose flows a stranger may begin as often as the samples need; one person is registered, another is not.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plugins, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { freePort } from '../../test/support/free-port.ts';

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
const port = await freePort();
const origin = `http://127.0.0.1:${String(port)}`;
const file = join(folder, 'latchkey.yaml');
await writeFile(
  file,
  JSON.stringify({
    issuer: origin,
    dataDir: folder,
    http: { host: '127.0.0.1', port },
    limits: { requests: 1_000_000 },
    demo: { enabled: true },
    // Or a name would pause, whoever bears it, before there are enough samples.
    signIn: { guard: { attempts: 1000 } },
    plugins: {
      sspr: {
        policies: [{ name: 'everybody', methods: ['email'], unlockGates: 1 }],
        limits: { begunPerAddress: 100_000, begunPerNetwork: 1_000_000 },
      },
    },
  }),
);

const app = await startApp(await loadConfig({ LATCHKEY_CONFIG: file }, plugins));
process.stdout.write(`${JSON.stringify({ origin })}\n`);
process.once('SIGTERM', () => void app.stop());

// A server whose flows a stranger may begin as often as the samples need; one person is registered, another is not.
import { startApp } from '../../src/app.ts';
import { installation } from '../support/installation.ts';

const { config, origin } = await installation({
  demo: { enabled: true },
  // Or a name would pause, whoever bears it, before there are enough samples.
  signIn: { guard: { attempts: 1000 } },
  plugins: {
    sspr: {
      policies: [{ name: 'everybody', methods: ['email'], unlockGates: 1 }],
      limits: { begunPerAddress: 100_000, begunPerNetwork: 1_000_000 },
    },
  },
});

const app = await startApp(config);
process.stdout.write(`${JSON.stringify({ origin })}\n`);
process.once('SIGTERM', () => void app.stop());

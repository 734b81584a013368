// What a directory's people cost (slapd and Samba on this machine, SQLite): a sign-in by bind, a reset that is written
// back, and what others notice of 200 sign-ins at a directory that takes half a second for each answer. Beside each the
// bare exchange over ldapts, as short as it can be, in the same process.
// node bench/directory.ts
import { hash } from '@node-rs/argon2';
import { startApp } from '../src/app.ts';
import type { RunningApp } from '../src/app.ts';
import type { Account } from '../src/directory/account.ts';
import { PASSWORD } from '../test/support/directories/directory-server.ts';
import type { DirectoryServer } from '../test/support/directories/directory-server.ts';
import { resetAs } from '../test/support/directories/password-writes.ts';
import { sambaForTests } from '../test/support/directories/samba.ts';
import { slapdForTests } from '../test/support/directories/slapd.ts';
import { startUnrulyProxy } from '../test/support/directories/unruly-proxy.ts';
import { directorySection, entryIdOf } from '../test/ldap/directory-world.ts';
import { signIn } from './support/agent.ts';
import { installation } from './support/installation.ts';
import { linkedPerson } from './support/linked-person.ts';
import type { Linked } from './support/linked-person.ts';
import { median, startServer } from './support/measure.ts';
import { argon2, benchClient, benchPerson } from './support/parameters.ts';

/** Before any is counted: both are compiled by then. */
const WARMING = 60;
const ROUNDS = 60;
const AT_ONCE = 200;
const SLOWNESS = 500;

const line = (name: string, value: string, target = ''): void => {
  process.stdout.write(`${name.padEnd(60)} ${value.padStart(34)}   ${target}\n`);
};

const millisecondsOf = async (act: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await act();
  return performance.now() - began;
};

/** Both in turns, so that a busy moment of the machine falls on both. */
const inTurns = async (
  ours: (round: number) => Promise<unknown>,
  bare: (round: number) => Promise<unknown>,
): Promise<readonly [number, number]> => {
  const taken: [number[], number[]] = [[], []];
  for (let round = 0; round < WARMING + ROUNDS; round += 1) {
    taken[0].push(await millisecondsOf(() => ours(round)));
    taken[1].push(await millisecondsOf(() => bare(round)));
  }
  return [median(taken[0].slice(WARMING)), median(taken[1].slice(WARMING))];
};

const told = (name: string, [ours, bare]: readonly [number, number], target: number): void => {
  const ratio = (ours / bare).toFixed(2);
  line(name, `${ours.toFixed(1)} ms beside ${bare.toFixed(1)}, ratio ${ratio}`, `at most ${target.toFixed(1)}`);
};

interface Installed {
  readonly app: RunningApp;
  readonly origin: string;
  known(name: string, dn: string): Promise<Account>;
  stop(): Promise<void>;
}

const directoriesOf = (server: DirectoryServer, section: Record<string, unknown> = {}) => ({
  ldap: { directories: { corp: directorySection(server, section) } },
});

const install = async (server: DirectoryServer, section: Record<string, unknown> = {}): Promise<Installed> => {
  const client = {
    client_id: benchClient.id,
    client_secret: `plain:${benchClient.secret}`,
    redirect_uris: [benchClient.redirectUri],
    first_party: true,
  };
  const { config, origin, remove } = await installation({
    clients: [client],
    plugins: { sspr: { scope: 'none' }, ...directoriesOf(server, section) },
  });
  const app = await startApp(config, { argon2 });
  return {
    app,
    origin,
    async known(userName, dn) {
      return linkedPerson(app.foundation, { authority: 'corp', userName, dn, entry: await entryIdOf(server, dn) });
    },
    async stop() {
      await app.stop();
      await remove();
    },
  };
};

const bareBind = async (server: DirectoryServer, dn: string, password: string): Promise<void> => {
  const client = server.connect();
  await client.bind(dn, password);
  await client.unbind();
};

const signingIn = async (server: DirectoryServer, { app, known }: Installed): Promise<void> => {
  const userName = 'bench-sign-in';
  const dn = await server.admin.addPerson({ name: userName });
  const account = await known(userName, dn);
  const { passwords } = app.foundation.directory;
  const verified = await inTurns(
    () => passwords.verify(account, PASSWORD, { known: true }),
    () => bareBind(server, dn, PASSWORD),
  );
  told(`${server.kind}: a password verified, beside a bare bind`, verified, 1.3);
  const linked: Linked = { authority: 'corp', userName, dn, entry: await entryIdOf(server, dn) };
  // Each a process of its own.
  const ours = await startServer(new URL('./servers/latchkey.ts', import.meta.url).pathname, {
    BENCH_DIRECTORY: JSON.stringify({ directories: directoriesOf(server), linked }),
  });
  const bare = await startServer(new URL('./servers/bare.ts', import.meta.url).pathname, { BENCH_HASH: 'off' });
  try {
    const whole = await inTurns(
      () => signIn(ours.origin, benchClient, userName, PASSWORD),
      async () => {
        await signIn(bare.origin, benchClient, benchPerson.userName, benchPerson.password);
        await bareBind(server, dn, PASSWORD);
      },
    );
    told(`${server.kind}: a whole sign-in, beside oidc-provider and a bind`, whole, 1.3);
  } finally {
    await ours.stop();
    await bare.stop();
  }
};

const resetting = async (server: DirectoryServer, { app, known }: Installed): Promise<void> => {
  // Each a person of their own: nobody resets twice within a second, where a directory's time of it would be the same
  // and is looked at again.
  const accounts: Account[] = [];
  for (let round = 0; round < WARMING + ROUNDS; round += 1) {
    const name = `bench-reset-${String(round)}`;
    accounts.push(await known(name, await server.admin.addPerson({ name })));
  }
  const dn = await server.admin.addPerson({ name: 'bench-bare' });
  const service = server.connect();
  await service.bind(server.serviceDn, server.servicePassword);
  const { store, directory } = app.foundation;
  const next = (round: number): string => `Violet-Teapots-${String(round)}-At-Noon`;
  try {
    const reset = await inTurns(
      async (round) => {
        const account = accounts[round];
        if (account) await store.commit(await directory.passwords.set(account, next(round), 'reset'));
        await store.durable();
      },
      async (round) => {
        await resetAs(server, service, dn, next(round));
        await bareBind(server, dn, next(round));
        await hash(next(round), argon2);
      },
    );
    told(`${server.kind}: a reset, beside write, bind and one hash`, reset, 1.2);
  } finally {
    await service.unbind();
  }
};

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;

/** What a page that needs no directory takes, asked again and again until `work` has ended. */
const meanwhile = async (origin: string, work: Promise<unknown>): Promise<readonly number[]> => {
  const taken: number[] = [];
  const state = { over: false };
  const end = (): void => {
    state.over = true;
  };
  void work.then(end, end);
  do {
    taken.push(await millisecondsOf(async () => (await fetch(`${origin}/reset`)).text()));
  } while (!state.over);
  return taken;
};

const crowding = async (server: DirectoryServer): Promise<void> => {
  const proxy = await startUnrulyProxy(server);
  const installed = await install(server, {
    servers: [proxy.ldapsUrl],
    timeouts: { answer: '20s', connect: '20s' },
  });
  const { app, origin, known } = installed;
  try {
    const accounts: Account[] = [];
    for (let n = 0; n < AT_ONCE; n += 1) {
      const name = `crowd${String(n)}`;
      accounts.push(await known(name, await server.admin.addPerson({ name })));
    }
    const { passwords } = app.foundation.directory;
    await Promise.all(accounts.slice(0, 4).map((account) => passwords.verify(account, PASSWORD)));
    const quiet = await meanwhile(origin, new Promise((resolve) => setTimeout(resolve, 3 * SLOWNESS)));
    proxy.delay(SLOWNESS);
    const outcomes: string[] = [];
    const all = Promise.all(
      accounts.map(async (account) => outcomes.push((await passwords.verify(account, PASSWORD)).outcome)),
    );
    const began = performance.now();
    const busy = await meanwhile(origin, all);
    const took = performance.now() - began;
    const right = outcomes.filter((outcome) => outcome === 'right').length;
    line(
      `${server.kind}: ${String(AT_ONCE)} at once, answers after ${String(SLOWNESS)} ms`,
      `${String(right)} right in ${took.toFixed(0)} ms`,
    );
    const both = (part: number): string =>
      `${quantile(busy, part).toFixed(1)} ms beside ${quantile(quiet, part).toFixed(1)}`;
    line('  a page for others meanwhile, median', both(0.5));
    line('  a page for others meanwhile, slowest of a hundred', both(0.99));
  } finally {
    await installed.stop();
    await proxy.close();
  }
};

for (const start of [slapdForTests, sambaForTests]) {
  const server = await start();
  if ('pending' in server) {
    line('not measured', server.pending);
    continue;
  }
  await server.admin.clear();
  const installed = await install(server);
  try {
    await signingIn(server, installed);
    await resetting(server, installed);
  } finally {
    await installed.stop();
  }
  await crowding(server);
}
process.exit();

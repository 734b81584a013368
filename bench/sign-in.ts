// A full password sign-in (code and PKCE) and the client-credentials grant, beside bare oidc-provider doing the same
// work over the same database engine in the same run. CPU is the server's own, of all its threads.
import { BrowserAgent, clientCredentials, signIn } from './support/agent.ts';
import { cost, median, startServer, type Cost, type ServerUnderTest } from './support/measure.ts';
import { benchClient, benchPerson } from './support/parameters.ts';

const ROUNDS = 5;
const AT_ONCE = 4;
const servers = ['bare', 'latchkey'] as const;
type Name = (typeof servers)[number];

interface Act {
  readonly name: string;
  readonly hash: 'on' | 'off';
  /** Largest ratio of CPU to the bare twin's that we hold ourselves to. */
  readonly target: number;
  readonly times: number;
  act(server: ServerUnderTest): () => Promise<void>;
}

const signingIn =
  ({ origin }: ServerUnderTest) =>
  () =>
    signIn(origin, benchClient, benchPerson.userName, benchPerson.password);

const figure = (name: string, act: Omit<Act, 'name'>): Act => ({ name, ...act });

const acts: readonly Act[] = [
  figure('password sign-in, hash included', { hash: 'on', target: 1.1, times: 100, act: signingIn }),
  figure('password sign-in, without the hash', { hash: 'off', target: 1 / 0.75, times: 200, act: signingIn }),
  figure('client credentials', {
    hash: 'off',
    target: 1 / 0.8,
    times: 1000,
    act: ({ origin }) => {
      const agent = new BrowserAgent(origin);
      return () => clientCredentials(agent, benchClient);
    },
  }),
];

const measure = async ({ hash, times, act }: Act): Promise<Record<Name, readonly Cost[]>> => {
  const costs: Record<Name, Cost[]> = { bare: [], latchkey: [] };
  const running = await Promise.all(
    servers.map(async (name) => ({
      name,
      server: await startServer(new URL(`./servers/${name}.ts`, import.meta.url).pathname, { BENCH_HASH: hash }),
    })),
  );
  try {
    for (const { server } of running) await cost(server.pid, times, AT_ONCE, act(server));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { name, server } of running) costs[name].push(await cost(server.pid, times, AT_ONCE, act(server)));
    }
  } finally {
    for (const { server } of running) await server.stop();
  }
  return costs;
};

for (const each of acts) {
  const costs = await measure(each);
  const [bare, ours] = servers.map((name) => ({
    cpu: median(costs[name].map(({ cpu }) => cpu)),
    perSecond: median(costs[name].map(({ perSecond }) => perSecond)),
  }));
  if (!bare || !ours) continue;
  const ratio = ours.cpu / bare.cpu;
  process.stdout.write(
    `${each.name}: ${ours.cpu.toFixed(2)} ms CPU beside ${bare.cpu.toFixed(2)} ms bare, ratio ${ratio.toFixed(2)} ` +
      `(target at most ${each.target.toFixed(2)}); ${ours.perSecond.toFixed(0)} a second beside ${bare.perSecond.toFixed(0)}\n`,
  );
}

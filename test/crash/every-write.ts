import { systemClock } from '../../src/kernel/clock.ts';
import { CORP, accountOf, directorySection, directoryWorldOn } from '../ldap/directory-world.ts';
import { localhostCa } from '../ldap/link-to.ts';
import { testClock } from '../support/clock.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { startReadingProxy } from '../support/directories/reading-proxy.ts';
import type { ReadingProxy } from '../support/directories/reading-proxy.ts';
import { openPremises } from '../support/premises.ts';
import type { ConfigTree } from '../support/premises.ts';
import { outcomeOf } from './every-boundary.ts';
import type { Outcome, Telling } from './every-boundary.ts';
import { openMortals } from './mortals.ts';
import type { Mortals } from './mortals.ts';
import { perform } from './performance.ts';
import type { Injury, Performance, Prepared } from './performance.ts';
import type { Story } from './story.ts';

/** A story of somebody whose password a directory keeps: `memory` has the `dn` of the entry, and the `kind` of server. */
export interface DirectoryStory extends Story {
  /** In the directory, beside the person, before they were ever seen here. */
  arrange?(dn: string): Promise<void>;
}

const configOf = (server: DirectoryServer, others: ConfigTree = {}): ConfigTree => ({
  plugins: { ldap: { directories: { [CORP]: directorySection(server, others) } } },
});

/** Times are in seconds with most: what was set in the second of the story would look like what it sets. */
const AGE_S = 3600;

interface Cast extends AsyncDisposable {
  /** On the same files, each with an entry of their own: what one telling writes is nothing to the others. */
  readonly people: readonly Prepared[];
}

const preparing = async (server: DirectoryServer, story: DirectoryStory, count: number): Promise<Cast> => {
  await using stack = new AsyncDisposableStack();
  await server.admin.clear();
  const premises = stack.use(await openPremises({ config: configOf(server) }));
  using clock = testClock(systemClock.now());
  clock.install();
  await using world = await directoryWorldOn(server, premises, clock);
  const { passwords } = world.app.foundation.directory;
  const cast = [];
  for (let at = 0; at < count; at += 1) {
    const { dn, person } = await world.joins({ name: `bob${String(at)}` });
    if (server.kind !== 'samba') await server.admin.agePassword(dn, AGE_S);
    await story.arrange?.(dn);
    // What the first sight of a password is, it was before.
    await passwords.verify(await accountOf(world, person), PASSWORD);
    const { id, userName, mail, alternateMail, password } = person;
    const { epoch } = await accountOf(world, person);
    cast.push({ known: { id, userName, mail, alternateMail, password }, memory: { dn, kind: server.kind }, epoch });
  }
  await world.settle();
  const { mails } = premises.post;
  const [now, owned] = [clock.now(), stack.move()];
  const shared = { premises, mails, now, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  return { people: cast.map((one) => ({ ...one, ...shared })), [Symbol.asyncDispose]: shared[Symbol.asyncDispose] };
};

/** Longer than it takes until all tellings stand still. */
const PATIENT = { timeouts: { answer: '2m' } };

/** Tells the story through the proxy, on files of its own. */
const through = (
  proxy: ReadingProxy,
  server: DirectoryServer,
  story: Story,
  prepared: Prepared,
  mortals: Mortals,
  injury?: Injury,
): Promise<Performance> => {
  const config = configOf(server, { servers: [proxy.ldapsUrl], ca: localhostCa(), ...PATIENT });
  const watched: Story = {
    ...story,
    ...{ config },
    tell: (scene) =>
      story.tell({
        ...scene,
        begins() {
          proxy.begin();
          return scene.begins();
        },
      }),
  };
  return perform(watched, prepared, mortals, injury);
};

const answering = (proxy: ReadingProxy, name: string): Injury => ({
  elsewhere: (standStill) =>
    new Promise((resolve, reject) => {
      proxy.before(name, async () => {
        await standStill().then(() => resolve(`the directory has answered, and nobody heard: ${name}`), reject);
        await new Promise(() => undefined);
      });
    }),
});

/** What jobs do once all is committed knows nothing of directories: every-flow-process.test.ts dies there. */
const isAfterwards = (boundary: string): boolean => /^(claim|remove|commit swap) (outbox|endings) /.test(boundary);

type Place = (proxy: ReadingProxy) => Injury;

/** Every write to the store, and every answer of the directory to what may have changed something there. */
const placesOf = async (server: DirectoryServer, story: DirectoryStory): Promise<readonly Place[]> => {
  await using cast = await preparing(server, story, 1);
  const [prepared] = cast.people;
  if (!prepared) throw new Error('nobody was prepared');
  using clock = testClock(prepared.now);
  clock.install();
  await using proxy = await startReadingProxy(server);
  await using mortals = openMortals(prepared.now);
  await using whole = await through(proxy, server, story, prepared, mortals);
  return [
    ...whole.passed.filter((boundary) => !isAfterwards(boundary)).map((boundary) => () => ({ boundary })),
    ...proxy.answered.map((name) => (own: ReadingProxy) => answering(own, name)),
  ];
};

/**
 * Lets the product die at every boundary of the story, those between a directory's answer and whoever waits for it among
 * them; each time on files and for an entry of its own, all in one process.
 */
export const dieAtEveryWrite = async (server: DirectoryServer, story: DirectoryStory): Promise<Outcome> => {
  const places = await placesOf(server, story);
  await using stack = new AsyncDisposableStack();
  const { people } = stack.use(await preparing(server, story, places.length));
  const now = people[0]?.now ?? 0;
  using clock = testClock(now);
  clock.install();
  const mortals = stack.use(openMortals(now));
  const telling = async (prepared: Prepared, at: number): Promise<Telling> => {
    const proxy = stack.use(await startReadingProxy(server));
    return { prepared, performance: await through(proxy, server, story, prepared, mortals, places[at]?.(proxy)) };
  };
  const tellings = await Promise.all(people.map(telling));
  for (const { performance } of tellings) stack.use(performance);
  return await outcomeOf(story, mortals, tellings);
};

import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { chainNext } from '../../src/audit/chaining.ts';
import { auditCollections } from '../../src/audit/collections.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import { createAudit } from '../../src/audit/log.ts';
import { auditEvents, FRESH } from '../../src/audit/record.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openSecrets } from '../../src/kernel/secrets.ts';
import { timeOrderedIds } from '../../src/kernel/time-ordered-id.ts';
import { openStore } from '../../src/store/open.ts';
import { change, defineCollection } from '../../src/store/port.ts';
import type { Change, Collection } from '../../src/store/port.ts';

const PEOPLE = 500;

const things = defineCollection({
  name: 'things',
  shape: z.strictObject({ id: z.string(), visits: z.number(), about: z.string() }),
});
const text = z.string();
/** The fields and indexes of an event, in the clear. */
const plainEvents = defineCollection({
  name: 'plainEvents',
  shape: z.strictObject({
    ...{
      id: text,
      at: z.number(),
      type: text,
      result: text,
      subject: text.exactOptional(),
      actor: text.exactOptional(),
    },
    ...{ method: text, clientId: text, address: text, agent: text, correlation: text.exactOptional(), batch: text },
  }),
  indexes: auditEvents.indexes,
});

const collections = [...auditCollections, things, plainEvents] as unknown as readonly Collection[];
const secrets = openSecrets([{ id: 'bench', bytes: Buffer.alloc(32, 7) }], Buffer.alloc(32, 9), systemRandom);
const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const nextId = timeOrderedIds(systemClock, systemRandom);

const event = (n: number) =>
  ({
    type: 'signin.success',
    result: 'success' as const,
    subject: `person-${String(n % PEOPLE)}`,
    method: 'pwd',
    clientId: 'an-app',
    address: '192.0.2.17',
    agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
    correlation: 'k3m9-7xq2',
  }) satisfies AuditEvent;

/** What is committed with a write, by its number. */
export type Beside = (n: number) => readonly Change[];

export const nothing: Beside = () => [];

/** An event that is written once and never touched again. */
export const inTheClear: Beside = (n) => [
  change.insert(plainEvents, { ...event(n), id: nextId(), at: systemClock.now(), batch: FRESH }),
];

/**
 * A store with work to do on it.
 *
 * @param lanes how many commits are under way at once; divides {@link PEOPLE}, so that no two are at one document
 */
export const openWork = async (url: string, lanes: number) => {
  const store = await openStore({ url, collections, migrations: [], clock: systemClock });
  const docs = Array.from({ length: PEOPLE }, (_, n) => ({ id: `t${String(n)}`, visits: 0, about: 'a'.repeat(600) }));
  await store.insertMany(things, docs);
  const held = docs.map((doc) => ({ ...doc, version: 1 }));
  const audit = createAudit(hostEvents, systemClock, systemRandom, secrets);

  const work = async (n: number, beside: Beside): Promise<void> => {
    const doc = held[n % PEOPLE];
    if (!doc) return;
    const next = { ...doc, visits: doc.visits + 1 };
    await store.commit([change.swap(things, next), ...beside(n)]);
    held[n % PEOPLE] = { ...next, version: doc.version + 1 };
  };
  const lane = async (from: number, to: number, beside: Beside): Promise<void> => {
    for (let n = from; n < to; n += lanes) {
      await work(n, beside);
      // As requests do: the loop turns between them, and every hundredth of them waits until all is durable.
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (n % 100 === 0) await store.durable();
    }
  };

  return {
    store,
    parts: { store, secrets, clock: systemClock, random: systemRandom, log },
    ours: ((n) => [audit.event(event(n))]) satisfies Beside,
    /** Commits those of the numbers from one up to another. */
    async commits(from: number, to: number, beside: Beside): Promise<void> {
      await Promise.all(Array.from({ length: lanes }, (_, at) => lane(from + at, to, beside)));
    },
  };
};

export type Work = Awaited<ReturnType<typeof openWork>>;

/** Runs `work` with the job of the chain beside it, and waits until nothing is left to chain. */
export const chained = async ({ parts }: Work, work: () => Promise<unknown>): Promise<void> => {
  const job = { over: false };
  const chaining = (async () => {
    for (;;) {
      const last = job.over;
      while (await chainNext(parts, 0));
      if (last) return;
      await pause(250);
    }
  })();
  try {
    await work();
  } finally {
    job.over = true;
    await chaining;
  }
};

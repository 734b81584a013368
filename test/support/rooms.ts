import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createAudit } from '../../src/audit/log.ts';
import { auditCollections } from '../../src/audit/collections.ts';
import { createAuditReader } from '../../src/audit/reader.ts';
import { auditEvents } from '../../src/audit/record.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import { createDirectory, directoryCollections } from '../../src/directory/directory.ts';
import type { Directory } from '../../src/directory/directory.ts';
import { openPasswordHashing } from '../../src/directory/password-hashing.ts';
import type { Argon2Parameters, PasswordHashing } from '../../src/directory/password-hashing.ts';
import type { Person } from '../../src/directory/person.ts';
import type { NewPerson } from '../../src/directory/people.ts';
import { boundedQueue } from '../../src/kernel/bounded-queue.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openSecrets } from '../../src/kernel/secrets.ts';
import type { Secrets } from '../../src/kernel/secrets.ts';
import { counters } from '../../src/limits/counters.ts';
import { mailbox } from '../../src/notify/mailbox.ts';
import { calls } from '../../src/notify/calls.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { earlyReceipts } from '../../src/notify/receipts.ts';
import type { Audit } from '../../src/audit/event.ts';
import { openStore } from '../../src/store/open.ts';
import type { Change, Collection, Doc, Store, Stored } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { testClock } from './clock.ts';
import type { TestClock } from './clock.ts';
import { sqlite } from './engines.ts';
import type { Engine } from './engines.ts';

/** The cheapest argon2id there is: what is hashed in most tests is not what they are about. */
export const CHEAP: Argon2Parameters = { memoryCost: 8, timeCost: 1, parallelism: 1 };

export const testSecrets = (): Secrets =>
  openSecrets([{ id: 'test', bytes: Buffer.alloc(32, 7) }], Buffer.alloc(32, 9), systemRandom);

/** The rooms around the store, put together on an embedded store in a folder of its own. */
export interface Rooms extends AsyncDisposable {
  readonly folder: string;
  /** Of the store, for opening it once more. */
  readonly url: string;
  readonly store: Store;
  readonly clock: TestClock;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly hashing: PasswordHashing;
  readonly directory: Directory;
  commit(changes: readonly Change[]): Promise<readonly (Stored<Doc> | undefined)[]>;
  /** Creates a person, with a password if one is given. */
  person(attributes: NewPerson, password?: string): Promise<Stored<Person>>;
  events(): Promise<readonly AuditRecord[]>;
}

export const roomCollections = [
  ...directoryCollections,
  ...auditCollections,
  counters,
  outbox,
  earlyReceipts,
  calls,
  mailbox,
];

/** @param further collections that the store has besides those of the rooms */
export const rooms = async (
  parameters: Argon2Parameters = CHEAP,
  further: readonly unknown[] = [],
  engine: Engine = sqlite,
): Promise<Rooms> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const clock = testClock();
  const secrets = testSecrets();
  const url = await engine.url(folder);
  const store = await openStore({
    url,
    collections: [...roomCollections, ...(further as readonly Collection[])],
    migrations: [],
    clock,
  });
  const audit = createAudit(hostEvents, clock, systemRandom, secrets);
  const hashing = await openPasswordHashing(boundedQueue(2, 100, 1), systemRandom, parameters);
  const directory = createDirectory({ store, clock, random: systemRandom, audit, hashing });

  return {
    folder,
    url,
    store,
    clock,
    secrets,
    audit,
    hashing,
    directory,
    commit: (changes) => store.commit(changes),
    async person(attributes, password) {
      const { person, changes } = directory.people.creating(attributes, { actor: 'cli' });
      const starting = password === undefined ? [] : [await directory.local.starting(person.id, password)];
      await store.commit([...changes, ...starting]);
      const stored = await directory.people.byId(person.id);
      if (!stored) throw new Error('the person was not created');
      return stored;
    },
    async events() {
      const { docs } = await store.find(auditEvents, everything, { sort: [{ path: 'id' }], limit: 1000 });
      return createAuditReader(store, secrets).open(docs);
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
};

import type { AuditEvent } from '../../src/audit/event.ts';
import { auditBatches, auditChain, CHAIN, headOf } from '../../src/audit/batch.ts';
import type { Batch } from '../../src/audit/batch.ts';
import { chainNext } from '../../src/audit/chaining.ts';
import type { ChainParts } from '../../src/audit/chaining.ts';
import { headsIn } from '../../src/audit/heads.ts';
import type { Head } from '../../src/audit/heads.ts';
import { createAuditReader } from '../../src/audit/reader.ts';
import { auditEvents } from '../../src/audit/record.ts';
import type { AuditRecord, StoredEvent } from '../../src/audit/record.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import type { Verification } from '../../src/audit/verify.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { everything } from '../../src/store/query.ts';
import type { Stored } from '../../src/store/port.ts';
import type { Engine } from '../support/engines.ts';
import { CHEAP, rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

export interface ChainedLog extends AsyncDisposable {
  readonly rooms: Rooms;
  readonly parts: ChainParts;
  /** What was logged about events that are not ours. */
  readonly errors: readonly string[];
  write(events: readonly Partial<AuditEvent>[]): Promise<void>;
  /** Lets what was written settle, and chains it. */
  chain(): Promise<void>;
  verify(heads?: readonly Head[], keep?: number): Promise<Verification>;
  /** The kinds of what is wrong, each once. */
  wrong(heads?: readonly Head[], keep?: number): Promise<readonly string[]>;
  stored(): Promise<readonly Stored<StoredEvent>[]>;
  opened(): Promise<readonly AuditRecord[]>;
  batches(): Promise<readonly Stored<Batch>[]>;
  /** Where the chain ends now, as it would leave the machine. */
  head(): Promise<Head>;
}

export const chainedLog = async (engine?: Engine): Promise<ChainedLog> => {
  const r = await rooms(CHEAP, [], engine);
  const errors: string[] = [];
  const silent = () => undefined;
  const log = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (_: object, message: string) => void errors.push(message),
  };
  const parts: ChainParts = { store: r.store, secrets: r.secrets, clock: r.clock, random: systemRandom, log };
  const page = { sort: [{ path: 'id' }], limit: 1000 };
  const stored = async () => (await r.store.find(auditEvents, everything, page)).docs;
  const batches = async () => (await r.store.find(auditBatches, everything, page)).docs;
  const verify = (heads: readonly Head[] = [], keep = 0) => verifyAudit({ ...r, keep }, heads);
  return {
    rooms: r,
    parts,
    errors,
    stored,
    batches,
    verify,
    async write(events) {
      const changes = events.map((event) =>
        r.audit.event({ type: 'signin.success', result: 'success', subject: 'anna', ...event }),
      );
      await r.commit(changes);
      r.clock.advance(1);
    },
    async chain() {
      r.clock.advance(MINUTE);
      while (await chainNext(parts));
    },
    wrong: async (heads, keep) => [...new Set((await verify(heads, keep)).faults.map(({ kind }) => kind))],
    opened: async () => createAuditReader(r.store, r.secrets).open(await stored()),
    async head() {
      const end = await r.store.get(auditChain, CHAIN);
      const last = (await batches()).at(-1);
      const [head] = headsIn(end && last ? `${headOf(end, last.kid)}:${last.signature}` : '');
      if (!head) throw new Error('nothing was chained yet');
      return head;
    },
    [Symbol.asyncDispose]: () => r[Symbol.asyncDispose](),
  };
};

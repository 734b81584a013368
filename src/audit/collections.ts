import type { Collection } from '../store/port.ts';
import { auditBatches, auditChain } from './batch.ts';
import { auditKeys } from './person-keys.ts';
import { auditEvents } from './record.ts';
import { auditSigners } from './signer.ts';

/** What the log keeps in the store. */
export const auditCollections = [
  auditEvents,
  auditKeys,
  auditBatches,
  auditChain,
  auditSigners,
] as unknown as readonly Collection[];

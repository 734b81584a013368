import type { Collection } from '../store/port.ts';
import { auditBatches, auditChain } from './batch.ts';
import { auditCheckpoints } from './checkpoint.ts';
import { auditDeliveries } from './delivery.ts';
import { auditKeys } from './person-keys.ts';
import { auditEvents } from './record.ts';
import { auditSigners } from './signer.ts';

/** What the log keeps in the store. */
export const auditCollections = [
  auditEvents,
  auditKeys,
  auditBatches,
  auditChain,
  auditCheckpoints,
  auditSigners,
  auditDeliveries,
] as unknown as readonly Collection[];

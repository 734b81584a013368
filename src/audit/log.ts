import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { fold } from '../kernel/text.ts';
import { timeOrderedIds } from '../kernel/time-ordered-id.ts';
import { AppError } from '../kernel/errors.ts';
import { change, defineCollection } from '../store/port.ts';
import type { Audit, AuditEvent } from './event.ts';

const text = z.string().exactOptional();

/** Append-only: nothing swaps or removes here. A later sealer chains the events in the order of their ids. */
export const auditEvents = defineCollection({
  name: 'auditEvents',
  shape: z.strictObject({
    id: z.string(),
    at: z.number(),
    type: z.string(),
    result: z.enum(['success', 'failure', 'refused']),
    subject: text,
    actor: text,
    method: text,
    reason: text,
    clientId: text,
    address: text,
    agent: text,
    correlation: text,
    typedNameHash: text,
  }),
  indexes: { at: { on: ['at'] }, subject: { on: ['subject', 'at'] }, type: { on: ['type', 'at'] } },
});

export type AuditRecord = z.infer<typeof auditEvents.shape>;

/** Code points kept of each field: what strangers send must not fill the disk. */
const LENGTHS = {
  subject: 128,
  actor: 128,
  method: 64,
  reason: 256,
  clientId: 256,
  address: 64,
  agent: 256,
  correlation: 64,
} as const satisfies Partial<Record<keyof AuditEvent, number>>;

const cut = (value: string, length: number): string =>
  [
    ...value
      .slice(0, 2 * length)
      .toWellFormed()
      .replaceAll('\0', '\uFFFD'),
  ]
    .slice(0, length)
    .join('');

const bounded = (event: AuditEvent): Partial<AuditRecord> =>
  Object.fromEntries(
    Object.entries(LENGTHS).flatMap(([field, length]) => {
      const value = event[field as keyof typeof LENGTHS];
      return value === undefined ? [] : [[field, cut(value, length)]];
    }),
  );

/**
 * @param types the closed catalogue: the host's types and those that plugins declare
 */
export const createAudit = (types: Iterable<string>, clock: Clock, random: Random, secrets: Secrets): Audit => {
  const known = new Set(types);
  const nextId = timeOrderedIds(clock, random);

  return {
    event(event) {
      if (!known.has(event.type)) {
        throw new AppError('internal', `${JSON.stringify(event.type)} is not in the catalogue of audit events`);
      }
      return change.insert(auditEvents, {
        ...bounded(event),
        id: nextId(),
        at: clock.now(),
        type: event.type,
        result: event.result,
        ...(event.typedName === undefined ? {} : { typedNameHash: typedNameHash(secrets, event.typedName) }),
      });
    },
  };
};

/** What stands in the log for a typed name: finds the events of a name again without keeping it. */
export const typedNameHash = (secrets: Secrets, typedName: string): string =>
  secrets.hash('audit typed name', fold(typedName));

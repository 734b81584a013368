import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { fold, isStorable } from '../kernel/text.ts';
import { timeOrderedIds } from '../kernel/time-ordered-id.ts';
import { AppError } from '../kernel/errors.ts';
import { change } from '../store/port.ts';
import type { Audit, AuditEvent, EventCatalogue, EventDescription } from './event.ts';
import { auditEvents, FRESH } from './record.ts';
import { sealWritten } from './written.ts';

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

type Bounded = Partial<Record<keyof typeof LENGTHS, string>>;

const cut = (value: string, length: number): string =>
  // Nearly all that is written fits, and needs not be taken apart: this is done for each field of each event.
  value.length <= length && isStorable(value)
    ? value
    : [
        ...value
          .slice(0, 2 * length)
          .toWellFormed()
          .replaceAll('\0', '\uFFFD'),
      ]
        .slice(0, length)
        .join('');

const LONG_REASON = 4096;

const bounded = (event: AuditEvent, { longReason }: EventDescription): Bounded =>
  Object.fromEntries(
    Object.entries({ ...LENGTHS, ...(longReason && { reason: LONG_REASON }) }).flatMap(([field, length]) => {
      const value = event[field as keyof typeof LENGTHS];
      return value === undefined ? [] : [[field, cut(value, length)]];
    }),
  );

const given = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/**
 * @param catalogue the closed one: the host's types and those that plugins declare
 */
export const createAudit = (catalogue: EventCatalogue, clock: Clock, random: Random, secrets: Secrets): Audit => {
  const known = new Map(Object.entries(catalogue));
  const nextId = timeOrderedIds(clock, random);

  return {
    event(event) {
      const description = known.get(event.type);
      if (!description) {
        throw new AppError('internal', `${JSON.stringify(event.type)} is not in the catalogue of audit events`);
      }
      const { address, agent, reason, ...rest } = bounded(event, description);
      const hidden = description.personalReason === true;
      const open = {
        ...rest,
        ...(hidden || reason === undefined ? {} : { reason }),
        id: nextId(),
        at: clock.now(),
        type: event.type,
        result: event.result,
        ...(event.typedName === undefined ? {} : { typedNameHash: typedNameHash(secrets, event.typedName) }),
        batch: FRESH,
      };
      const personal = given({ address, agent, reason: hidden ? reason : undefined });
      return change.insert(auditEvents, { ...open, written: sealWritten(secrets, open, personal) });
    },
  };
};

/** What stands in the log for a typed name: finds the events of a name again without keeping it. */
export const typedNameHash = (secrets: Secrets, typedName: string): string =>
  secrets.hash('audit typed name', fold(typedName));

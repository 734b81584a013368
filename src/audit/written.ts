import { AppError } from '../kernel/errors.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { canonical } from './record.ts';
import type { Personal, StoredEvent } from './record.ts';

// All that stands in the open is authenticated with it: who cannot seal can neither add an event nor change one.
const purpose = (event: StoredEvent): string => `audit event ${canonical(event)}`;

/** The seal with which an event is written: of what is personal in it, under the master key until it is chained. */
export const sealWritten = (secrets: Secrets, event: StoredEvent, personal: Personal): string =>
  secrets.seal(purpose(event), JSON.stringify(personal));

/** What is personal in an event that is not chained yet; undefined when it is not as we wrote it. */
export const openWritten = (secrets: Secrets, event: StoredEvent): Personal | undefined => {
  try {
    return JSON.parse(secrets.open(purpose(event), event.written ?? '')) as Personal;
  } catch (error) {
    if (error instanceof AppError && error.code === 'secret_unreadable') return undefined;
    throw error;
  }
};

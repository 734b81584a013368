import type { Audit } from '../audit/event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { change, Conflict } from '../store/port.ts';
import type { Change, Store, Stored } from '../store/port.ts';
import type { ChannelName } from './channel.ts';
import { outbox } from './outbox.ts';
import type { OutboxMessage } from './outbox.ts';

/** A destination that was refused for good: what is sent there reaches nobody. */
export interface Refusal {
  readonly channel: ChannelName;
  readonly to: string;
  /** Whom the message was for. */
  readonly accountId?: string;
  /** When the message was written, in epoch milliseconds: whatever is newer says more. */
  readonly sentAt: number;
  /** When it was learnt, in epoch milliseconds. */
  readonly at: number;
  /** Code of the carrier or mail server, such as `550 5.1.1`. */
  readonly reason: string;
}

/** What else changes with it, such as a contact that its person should be asked about. */
export type Undeliverable = (refusal: Refusal) => Promise<readonly Change[]>;

export interface ConclusionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly log: Log;
  readonly undeliverable: Undeliverable;
}

/** Tries before a refusal is kept without what others make of it. */
const TRIES = 3;

const eventOf = ({ audit }: ConclusionParts, message: OutboxMessage, refused: boolean): Change =>
  audit.event({
    type: refused ? 'message.refused' : 'message.failed',
    result: refused ? 'refused' : 'failure',
    method: message.channel,
    ...(message.accountId === undefined ? {} : { subject: message.accountId }),
    ...(message.correlation === undefined ? {} : { correlation: message.correlation }),
    reason: `${message.template} ${message.cause ?? ''}`,
  });

const told = async (parts: ConclusionParts, message: OutboxMessage): Promise<readonly Change[]> => {
  const { channel, to, accountId, cause = '' } = message;
  try {
    return await parts.undeliverable({
      channel,
      to,
      sentAt: message.createdAt,
      at: parts.clock.now(),
      reason: cause,
      ...(accountId === undefined ? {} : { accountId }),
    });
  } catch (error) {
    // The message must not be sent again and again because somebody could not take in that it was refused.
    parts.log.error({ message: message.id, channel, error }, 'a refused destination could not be told of');
    return [];
  }
};

/**
 * Commits what became of a message, with its event where it was given up.
 *
 * @param refused whether its destination was refused for good; whoever is interested is then told in the same commit
 * @returns false where the message had moved on meanwhile, and nothing was committed
 */
export const conclude = async (
  parts: ConclusionParts,
  message: Stored<OutboxMessage>,
  refused = false,
): Promise<boolean> => {
  const { store, log } = parts;
  const { id, template, channel, cause, attempts, state } = message;
  if (state === 'failed') log.warn({ message: id, template, channel, cause, attempts }, 'a message was given up');
  for (let tries = 1; ; tries += 1) {
    const own = [change.swap(outbox, message), ...(state === 'failed' ? [eventOf(parts, message, refused)] : [])];
    const others = refused && tries <= TRIES ? await told(parts, message) : [];
    try {
      await store.commit([...own, ...others]);
      return true;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // Ours is the first of the changes. Where it was another's, what that was made from has changed: ask again.
      if (error.position < own.length || others.length === 0) return false;
    }
  }
};

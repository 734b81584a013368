import { DAY } from '../../../src/kernel/clock.ts';
import { randomId } from '../../../src/kernel/random.ts';
import type { Account, Host, Message } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import type { Contact } from '../methods/method.ts';
import { maskAddress } from '../methods/mask.ts';
import { maskNumber } from '../methods/phone.ts';
import { newWrittenCode, typedWrittenCode } from '../methods/written-code.ts';
import { disclaimers } from './collections.ts';
import type { Disclaimer } from './collections.ts';

/** How long what a notice told of can be disowned (milliseconds). */
const LIFETIME = 7 * DAY;

const PURPOSE = 'sspr not me';

type Event = Pick<Disclaimer, 'event' | 'accountId' | 'notice' | 'at' | 'address' | 'agent' | 'until'>;

/** What each contact gets besides the news. */
export interface Disowning {
  readonly data: Message['data'];
  readonly secret: NonNullable<Message['secret']>;
  readonly changes: readonly Change[];
}

const masked = ({ channel, to }: Contact): string =>
  channel === 'mail' ? maskAddress(to) : maskNumber({ number: to });

/**
 * Makes the links by which something that is told now can be disowned, one for each contact: only those that were the
 * person's before it happened may be told by them.
 *
 * @param at when it happened (epoch milliseconds)
 */
export const disowningOf = (
  { clock, random, secrets, issuer, freezes }: Host,
  account: Account,
  about: Pick<Event, 'notice' | 'at' | 'address' | 'agent'>,
): ((contact: Contact) => Disowning | undefined) => {
  const until = clock.now() + LIFETIME;
  const event: Event = { ...about, event: randomId(random), accountId: account.id, until };
  return (contact) => {
    // A link that could freeze nothing would promise too much.
    if (!freezes) return undefined;
    // Short enough for a text message, and of 80 bits, so that nobody finds one by trying.
    const token = newWrittenCode(random);
    return {
      data: { notMeUntil: until },
      secret: { notMe: `${issuer}/not-me/${token.toLowerCase()}` },
      changes: [change.insert(disclaimers, { ...event, id: secrets.hash(PURPOSE, token), sentTo: masked(contact) })],
    };
  };
};

/** What a link disowns; undefined where there is none, or no longer. */
export const disclaimerOf = (
  { secrets, store }: Pick<Host, 'secrets' | 'store'>,
  token: string,
): Promise<Stored<Disclaimer> | undefined> => store.get(disclaimers, secrets.hash(PURPOSE, typedWrittenCode(token)));

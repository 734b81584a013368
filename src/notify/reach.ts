import type { ChannelName } from './channel.ts';
import { calledParty } from './destination.ts';
import { readNumber } from './phone-number.ts';

/** ISO 3166-1 alpha-2 codes, or every country. */
export type Countries = 'all' | readonly string[];

/** Where messages may go in this installation. */
export interface Reach {
  readonly channels: readonly ChannelName[];
  readonly countries: Readonly<Record<'sms' | 'voice', Countries>>;
}

export const EVERYWHERE: Reach = { channels: ['mail', 'sms', 'voice'], countries: { sms: 'all', voice: 'all' } };

/**
 * Whether a message may go there. Numbers at a premium rate never: whoever owns one is paid for every code that is sent
 * to it, which is what toll fraud lives on.
 */
export const isWithin = async ({ channels, countries }: Reach, channel: ChannelName, to: string): Promise<boolean> => {
  if (!channels.includes(channel)) return false;
  if (channel === 'mail' || channel === 'push') return true;
  const number = await readNumber(calledParty(to).number);
  if (!number || number.premium) return false;
  const allowed = countries[channel];
  return allowed === 'all' || allowed.includes(number.country);
};

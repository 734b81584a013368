import { isMailAddress } from '../kernel/mail-address.ts';
import type { ChannelName } from './channel.ts';
import { isSealedAddress } from './push-address.ts';

const E164 = /^\+[1-9]\d{6,14}$/;

/** With the extension of an office behind it, as in RFC 3966 section 5.3. */
const CALLED = /^(\+[1-9]\d{6,14})(?:;ext=(\d{1,10}))?$/;

const rules: Readonly<Record<ChannelName, (to: string) => boolean>> = {
  mail: isMailAddress,
  sms: (to) => E164.test(to),
  voice: (to) => CALLED.test(to),
  push: isSealedAddress,
};

/** Whether `to` is one destination of the channel and nothing else: no line end, no second address, no header. */
export const isDestination = (channel: ChannelName, to: string): boolean => rules[channel](to);

/** The number to call and the digits to press once somebody answers. */
export const calledParty = (to: string): { readonly number: string; readonly extension?: string } => {
  const [, number = to, extension] = CALLED.exec(to) ?? [];
  return { number, ...(extension === undefined ? {} : { extension }) };
};

import { isMailAddress } from '../kernel/mail-address.ts';
import type { ChannelName } from './channel.ts';

const E164 = /^\+[1-9]\d{6,14}$/;

const rules: Readonly<Record<ChannelName, (to: string) => boolean>> = {
  mail: isMailAddress,
  sms: (to) => E164.test(to),
};

/** Whether `to` is one destination of the channel and nothing else: no line end, no second address, no header. */
export const isDestination = (channel: ChannelName, to: string): boolean => rules[channel](to);

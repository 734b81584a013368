import { readFile } from 'node:fs/promises';
import type { Foundation } from './foundation.ts';
import type { Channels } from './notify/channel.ts';
import { openMailChannel } from './notify/mail-channel.ts';
import { createMailbox } from './notify/mailbox.ts';
import type { DevelopmentMailbox } from './notify/mailbox.ts';

/** The ways to people that the configuration names; in development the mailbox page stands in for what it does not. */
export const openChannels = async ({
  config,
  store,
  clock,
  random,
  secrets,
}: Foundation): Promise<{ readonly channels: Channels; readonly mailbox: DevelopmentMailbox }> => {
  const mailbox = createMailbox(store, clock, random, secrets);
  const { from, replyTo, smtp } = config.mail;
  const standIn = config.demo.enabled || config.profile === 'development';
  if (!smtp)
    return { channels: standIn ? { mail: mailbox.channel('mail'), sms: mailbox.channel('sms') } : {}, mailbox };

  const { password, ca, ...server } = smtp;
  const mail = await openMailChannel({
    from,
    ...(replyTo === undefined ? {} : { replyTo }),
    domain: new URL(config.issuer).hostname,
    smtp: {
      ...server,
      ...(password === undefined ? {} : { password: password.reveal() }),
      ...(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') }),
    },
  });
  return { channels: { mail, ...(standIn ? { sms: mailbox.channel('sms') } : {}) }, mailbox };
};

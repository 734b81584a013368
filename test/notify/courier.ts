import type { Log } from '../../src/kernel/log.ts';
import type { Job } from '../../src/kernel/schedule.ts';
import type { Secrets } from '../../src/kernel/secrets.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import type { Audit } from '../../src/audit/event.ts';
import type { Channels } from '../../src/notify/channel.ts';
import { deliveryJob } from '../../src/notify/delivery.ts';
import { openMailChannel } from '../../src/notify/mail-channel.ts';
import type { MailOptions } from '../../src/notify/mail-channel.ts';
import type { Render } from '../../src/notify/render.ts';
import type { Store } from '../../src/store/port.ts';

export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Nobody is interested in what was refused. */
export const nobody = () => Promise.resolve([]);

/** A template that shows whatever it is given. */
export const plainly: Render = ({ data, locale }) => ({
  locale,
  subject: String(data['subject'] ?? 'News'),
  text: Object.values(data).join('\n'),
  html: `<p>${Object.values(data).join(' ')}</p>`,
});

export const mailTo = (port: number, smtp: Partial<MailOptions['smtp']> = {}) =>
  openMailChannel({
    from: 'Latchkey <no-reply@login.example>',
    domain: 'login.example',
    smtp: { host: '127.0.0.1', port, tls: 'none', ...smtp },
  });

/** The job that delivers mail to a server on loopback. */
export const courier = (
  parts: { readonly store: Store; readonly clock: Clock; readonly secrets: Secrets; readonly audit: Audit },
  channels: Channels,
  more: { readonly render?: Render; readonly log?: Log } = {},
): Job => deliveryJob('mail', { ...parts, channels, render: plainly, log: silent, undeliverable: nobody, ...more });

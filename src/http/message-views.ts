import type { Organisation } from '../plugin.ts';
import type { Messages, MessageValues } from './messages.ts';
import { directionOf } from './page-model.ts';
import type { Views } from './views.ts';

export interface MessageTemplate {
  readonly channel: string;
  /** `<plugin>/<name>` */
  readonly name: string;
  readonly locale: string;
  readonly data: MessageValues;
}

export interface MessageViewsOptions {
  readonly views: Views;
  readonly messages: Messages;
  readonly organisation: Organisation;
  /** Without a trailing slash; what messages give as our address. */
  readonly issuer: string;
}

/**
 * Fills the templates of mail and SMS. For `sspr/code` over mail: subject `sspr.mail.code.subject`, views
 * `sspr/mail/code.text` and, where there is one, `sspr/mail/code.html`.
 */
export const messageViews = ({ views, messages, organisation, issuer }: MessageViewsOptions) => {
  const known = new Set(views.names);

  return ({ channel, name, locale, data }: MessageTemplate): { subject: string; text: string; html?: string } => {
    const [plugin = '', file = ''] = name.split('/');
    const { t, rich, locale: spoken } = messages.in(locale);
    const moment = new Intl.DateTimeFormat(spoken, { dateStyle: 'long', timeStyle: 'long' });
    const model = {
      ...data,
      locale: spoken,
      dir: directionOf(spoken),
      organisation,
      issuer,
      t,
      rich: (key: string, values: MessageValues = {}) => rich(key, values, { b: (html) => `<b>${html}</b>` }),
      moment: (at: number) => moment.format(at),
    };
    const view = `${plugin}/${channel}/${file}`;
    // One line, whatever a display name holds: a subject is a header.
    const subject = t(`${plugin}.${channel}.${file}.subject`, data).replace(/\s+/g, ' ');
    const text = views.render(`${view}.text`, model);
    return known.has(`${view}.html`) ? { subject, text, html: views.render(`${view}.html`, model) } : { subject, text };
  };
};

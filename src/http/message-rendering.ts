import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Organisation } from '../plugin.ts';
import { pageModel } from './page-model.ts';
import type { Site } from './site.ts';

/** What a mail or SMS is made from; `name` is `<plugin>/<template>`. */
export interface MessageTemplate {
  readonly channel: 'mail' | 'sms';
  readonly name: string;
  readonly locale: string;
  readonly data: Readonly<Record<string, string | number>>;
}

export interface RenderedMessage {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/**
 * Renders messages from the same views and sentences as pages: `<plugin>/<channel>/<template>.text`, `.html` where
 * there is one, and the subject `<plugin>.<channel>.<template>.subject`.
 */
export const createMessageRendering = (
  site: Site,
  organisation: Organisation,
  issuer: string,
  clock: Clock,
): ((template: MessageTemplate) => RenderedMessage) => {
  const views = new Set(site.views.names);

  return ({ channel, name, locale, data }) => {
    const [plugin = '', file = ''] = name.split('/');
    const view = `${plugin}/${channel}/${file}`;
    if (!views.has(`${view}.text`)) throw new AppError('internal', `there is no message template ${view}.text`);
    const model = {
      ...pageModel(site.messages.in(locale), site.assets, clock),
      errors: {},
      organisation,
      issuer,
      ...data,
    };
    return {
      subject: channel === 'mail' ? model.t(`${plugin}.${channel}.${file}.subject`, data) : '',
      text: site.views.render(`${view}.text`, model),
      ...(views.has(`${view}.html`) ? { html: site.views.render(`${view}.html`, model) } : {}),
    };
  };
};

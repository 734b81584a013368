import type { OperatorTemplates } from '../kernel/operator-templates.ts';
import type { Organisation } from '../plugin.ts';
import type { Messages, MessageValues, Translator } from './messages.ts';
import { momentFormat } from './moment.ts';
import { operatorTexts } from './operator-texts.ts';
import { directionOf } from './page-model.ts';
import type { Views } from './views.ts';

export interface MessageTemplate {
  readonly channel: string;
  /** `<plugin>/<name>` */
  readonly name: string;
  readonly locale: string;
  readonly data: MessageValues;
}

export interface MessageText {
  /** Empty for messages to telephones. */
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly locale: string;
}

export interface MessageViewsOptions {
  readonly views: Views;
  readonly messages: Messages;
  readonly organisation: Organisation;
  /** Without a trailing slash; what messages give as our address. */
  readonly issuer: string;
  /** As how many messages a telephone gets a text; a long name of the organisation is cut before it costs one more. */
  readonly shortMessages: (text: string) => number;
  /** Messages that the operator wrote: they go before ours. */
  readonly own?: OperatorTemplates;
}

interface Filling {
  readonly language: Translator;
  readonly view: string;
  readonly data: MessageValues;
}

const withoutSpaces = (code: string | number): string => String(code).replaceAll(/[\s-]/g, '');

/**
 * The last line by which a telephone knows whose page a code is for, and offers it there only
 * (https://wicg.github.io/sms-one-time-codes/).
 */
const boundToOrigin = (text: string, issuer: string, code: string | number | undefined): string =>
  code === undefined ? text : `${text}\n\n@${new URL(issuer).hostname} #${withoutSpaces(code)}`;

/** Whatever a display name holds: a subject is a header. */
const oneLine = (subject: string): string => subject.trim().replace(/\s+/g, ' ');

/** Lines that hold something: each is said by itself, with a pause behind it. */
const spoken = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

/**
 * Fills the templates of messages. For `sspr/code` over mail: subject `sspr.mail.code.subject`, views
 * `sspr/mail/code.text` and, where there is one, `sspr/mail/code.html`; over SMS and by voice `sspr/sms/code.text` and
 * `sspr/voice/code.text`. What is sent as `code` comes last in an SMS in the form that telephones fill in by
 * themselves, and `spell` gives it to a call digit by digit.
 */
export const messageViews = (options: MessageViewsOptions) => {
  const { views, messages, issuer, shortMessages } = options;
  const known = new Set(views.names);

  const fill = ({ language, view, data }: Filling, organisation = options.organisation): string => {
    const { locale, t, rich } = language;
    const moment = momentFormat(locale);
    return views.render(view, {
      ...data,
      locale,
      dir: directionOf(locale),
      organisation,
      issuer,
      t,
      rich: (key: string, values: MessageValues = {}) => rich(key, values, { b: (html) => `<b>${html}</b>` }),
      moment: (at: number) => moment.format(at),
      spell: (code: string) => [...withoutSpaces(code)].join('\n'),
    });
  };

  type ToOrganisation = (organisation: Organisation) => string;

  const shortText = (code: string | number | undefined, said: ToOrganisation): string => {
    const name = [...options.organisation.name];
    const naming = (length: number): string => {
      const organisation = { ...options.organisation, name: name.slice(0, length).join('').trim() };
      return boundToOrigin(said(organisation).trim(), issuer, code);
    };
    const fewest = shortMessages(naming(0));
    for (let length = name.length; ; length -= 1) {
      const text = naming(length);
      if (length === 0 || shortMessages(text) <= fewest) return text;
    }
  };

  const mail = (filling: Filling, subject: string): Omit<MessageText, 'locale'> => {
    const { language, view, data } = filling;
    const html = known.has(`${view}.html`) ? { html: fill({ ...filling, view: `${view}.html` }) } : {};
    return { subject: oneLine(language.t(subject, data)), text: fill({ ...filling, view: `${view}.text` }), ...html };
  };

  return ({ channel, name, locale, data }: MessageTemplate): MessageText => {
    const [plugin = '', file = ''] = name.split('/');
    const language = messages.in(locale);
    const filling = { language, view: `${plugin}/${channel}/${file}`, data };
    const common = { locale: language.locale };
    const written = options.own?.get(`${language.locale}/${filling.view}`);
    const theirs = (organisation: Organisation) =>
      written && operatorTexts(written, language, data, { organisation: organisation.name, issuer });
    const own = theirs(options.organisation);
    if (own && channel === 'mail') {
      const subject = own.subject ?? language.t(`${plugin}.mail.${file}.subject`, data);
      return { ...common, ...own, subject: oneLine(subject) };
    }
    if (channel === 'mail' || channel === 'push') {
      return { ...common, ...mail(filling, `${plugin}.${channel}.${file}.subject`) };
    }
    const text = { ...filling, view: `${filling.view}.text` };
    const short = (ours: Filling): string =>
      shortText(data['code'], (organisation) => theirs(organisation)?.text ?? fill(ours, organisation));
    return { ...common, subject: '', text: channel === 'sms' ? short(text) : spoken(fill(text)) };
  };
};

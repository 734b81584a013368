import { COMMON_VALUES } from '../kernel/operator-templates.ts';
import type { OperatorTemplate, ValueKind } from '../kernel/operator-templates.ts';
import { fillPlaceholders } from '../kernel/placeholders.ts';
import { escapeHtml } from './messages.ts';
import type { MessageValues, Translator } from './messages.ts';
import { momentFormat } from './moment.ts';

interface Texts {
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
}

const inWords = (kind: ValueKind, value: string | number, { locale, t }: Translator): string => {
  if (kind === 'moment') {
    return momentFormat(locale).format(Number(value));
  }
  if (kind === 'agent') return value === 'unknown' ? t('mail.unknownDevice') : String(value);
  return typeof kind === 'object' ? t(kind.sentence.replace('*', String(value))) : String(value);
};

/**
 * Fills what an operator wrote. Nothing in it is run, and a value that holds double braces of its own is put in as it is.
 *
 * @param common what every message has: `organisation`, `issuer`
 */
export const operatorTexts = (
  { values, subject, text, html }: OperatorTemplate,
  language: Translator,
  data: MessageValues,
  common: Readonly<Record<string, string>>,
): Texts => {
  const given = Object.entries({ ...values, ...COMMON_VALUES }).flatMap(([name, kind]) => {
    const value = data[name];
    return value === undefined || value === '' ? [] : [[name, inWords(kind, value, language)] as const];
  });
  const filling = { ...Object.fromEntries(given), ...common };
  return {
    text: fillPlaceholders(text, filling),
    ...(subject && { subject: fillPlaceholders(subject, filling) }),
    ...(html && { html: fillPlaceholders(html, filling, escapeHtml) }),
  };
};

import type { TemplateCatalogue, TemplateFacts } from '../../src/kernel/operator-templates.ts';

type Values = TemplateFacts['values'];

const WHO: Values = { name: 'text', userName: 'text' };
const WHERE: Values = { at: 'moment', address: 'text', browser: 'agent', system: 'agent' };
const METHOD: Values = { method: { sentence: 'sspr.method.*.name' } };

/** News with a link by which it is disowned, for contacts that have one. */
const notice = (values: Values = {}): TemplateFacts => ({
  values: { ...WHO, ...WHERE, notMe: 'link', notMeUntil: 'moment', ...values },
  required: { mail: ['notMe'], sms: ['notMe'] },
});

/** What operators may say in their own words, and with which values. A password is never among them. */
export const templates: TemplateCatalogue = {
  code: {
    values: { ...WHO, ...WHERE, code: 'text', link: 'link' },
    required: { mail: ['code', 'link'], sms: ['code'] },
  },
  link: { values: { ...WHO, ...WHERE, link: 'link' }, required: { mail: ['link'] } },
  register: { values: { code: 'text' }, required: { mail: ['code'], sms: ['code'] } },
  'password-reset': notice(),
  'password-changed': notice(),
  'password-set': notice(),
  'password-changed-elsewhere': notice(),
  unlocked: notice(),
  'unlock-found': notice(),
  'not-locked': notice(),
  'method-added': notice(METHOD),
  'method-changed': notice(METHOD),
  'method-removed': notice(METHOD),
  blocked: notice({ hours: 'text' }),
  'factor-blocked': notice({ hours: 'text' }),
  'approval-denied': notice(),
  'recovery-used': notice({ left: 'text' }),
  'pass-issued': notice({ until: 'moment' }),
  'pass-used': notice(),
  'account-unfrozen': notice(),
  'account-frozen': { values: { ...WHO, ...WHERE }, required: { mail: [], sms: [] } },
  'password-expires': { values: { ...WHO, days: 'text', until: 'moment' }, required: { mail: [], sms: [] } },
};

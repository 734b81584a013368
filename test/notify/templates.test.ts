import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { messageViews } from '../../src/http/message-views.ts';
import { loadMessages } from '../../src/http/messages.ts';
import { loadViews } from '../../src/http/views.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { shortMessages } from '../../src/notify/gsm.ts';

const at = (...path: readonly string[]): string => join(packageRoot, ...path);
const inPlugins = (kind: string) =>
  readdirSync(at('plugins'))
    .filter((plugin) => readdirSync(at('plugins', plugin)).includes(kind))
    .map((plugin) => ({ folder: at('plugins', plugin, kind), prefix: plugin }));

const languages = readdirSync(at('config/locales')).map((file) => file.replace('.json', ''));
const views = loadViews([{ folder: at('views') }, ...inPlugins('views')]);
const messages = loadMessages([{ folder: at('config/locales') }, ...inPlugins('messages')], languages);

const render = (name: string, host: string) =>
  messageViews({
    ...{ views, messages, issuer: `https://${host}:8443/sub`, shortMessages },
    organisation: { name, helpDesk: {}, mailDomains: [] },
  });

/** `<plugin>/<name>` of every template of a channel. */
const templatesOf = (channel: string): readonly string[] =>
  views.names
    .filter((name) => name.includes(`/${channel}/`) && name.endsWith('.text'))
    .map((name) => name.replace(`/${channel}/`, '/').replace(/\.text$/, ''));

const CODE = '407182';
const withCode = (name: string): boolean => /\/(code|register)$/.test(name);

/** As long as the link is by which a notice is disowned. */
const LINK = 'https://login.example.com:8443/sub/not-me/0123456789abcdefghjk';

const dataOf = (name: string): Readonly<Record<string, string>> => (withCode(name) ? { code: CODE } : { notMe: LINK });

const NAMES = ['Example', 'Universität Großräschen', 'Łódzkie Centrum – Żółw & Syn', `${'Very '.repeat(10)}Long Inc.`];
const isLatin = (locale: string): boolean => new Intl.Locale(locale).maximize().script === 'Latn';

const HOST = 'login.example.com';

describe('templates of text messages', () => {
  it('are one message each in every Latin-written language, elsewhere two with a link, whatever the organisation is called', () => {
    expect(templatesOf('sms')).not.to.deep.equal([]);
    for (const locale of languages) {
      for (const name of templatesOf('sms')) {
        for (const organisation of NAMES) {
          const { text } = render(organisation, HOST)({ channel: 'sms', name, locale, data: dataOf(name) });
          const most = isLatin(locale) || !text.includes(LINK) ? 1 : 2;
          expect(shortMessages(text), `${locale} ${name}: ${text}`).to.be.at.most(most);
        }
      }
    }
  });

  it('name the organisation in full in every language where it has a usual name', () => {
    for (const locale of languages) {
      for (const name of templatesOf('sms')) {
        const { text } = render('Example', HOST)({ channel: 'sms', name, locale, data: dataOf(name) });
        expect(text, name).to.include('Example');
      }
    }
  });

  it('are there for all news that there is a mail of, so that whoever has no address hears of it', () => {
    // What only ever goes to the mailbox that is being proved, and what administrators are told.
    const aboutMail = [
      'audit/head',
      'sspr/administrator-reset',
      'sspr/case-opened',
      'sspr/help-requested',
      'sspr/link',
    ];
    const missing = templatesOf('mail').filter((name) => !templatesOf('sms').includes(name));
    expect(missing.sort()).to.deep.equal(aboutMail);
  });

  it('end with the page that a code is for, so that a telephone fills it in there and nowhere else', () => {
    for (const name of templatesOf('sms').filter(withCode)) {
      for (const code of [CODE, '407 182', '407-182']) {
        const { text } = render('Example', HOST)({ channel: 'sms', name, locale: 'en', data: { code } });
        expect(text.split('\n').at(-1)).to.equal(`@${HOST} #${CODE}`);
      }
    }
    const { text } = render('Example', HOST)({ channel: 'sms', name: 'sspr/blocked', locale: 'en', data: {} });
    expect(text).not.to.include('@');
  });

  it('reach the telephone even where the host alone is too long for one message', () => {
    const host = `${'very-'.repeat(11)}long.${'x'.repeat(60)}.example`;
    const { text } = render('Example', host)({ channel: 'sms', name: 'sspr/code', locale: 'en', data: { code: CODE } });
    expect(text).to.include(CODE).and.include(`@${host} #${CODE}`);
  });
});

describe('templates of calls', () => {
  it('say the code digit by digit, each line by itself, in every language', () => {
    expect(templatesOf('voice')).not.to.deep.equal([]);
    for (const locale of languages) {
      for (const name of templatesOf('voice')) {
        const call = render('Example & Sons', HOST)({ channel: 'voice', name, locale, data: { code: '40 71-82' } });
        const lines = call.text.split('\n');
        expect(call).to.include({ subject: '', locale });
        expect(lines.filter((line) => /^\d$/.test(line)).join('')).to.equal(CODE);
        expect(lines[0]).to.include('Example & Sons');
        for (const line of lines) expect(line, name).to.equal(line.trim()).and.not.equal('');
        for (const line of lines) expect(line, name).to.match(/^(\d|\D+)$/);
      }
    }
  });
});

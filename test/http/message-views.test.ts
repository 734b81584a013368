import { join } from 'node:path';
import { expect } from 'chai';
import { messageViews } from '../../src/http/message-views.ts';
import { loadMessages } from '../../src/http/messages.ts';
import { loadViews } from '../../src/http/views.ts';
import { shortMessages } from '../../src/notify/gsm.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';

const sample = join(packageRoot, 'test/http/sample');

const render = messageViews({
  views: loadViews([{ folder: join(packageRoot, 'views') }, { folder: join(sample, 'views'), prefix: 'sample' }]),
  messages: loadMessages(
    [{ folder: join(packageRoot, 'config/locales') }, { folder: join(sample, 'messages'), prefix: 'sample' }],
    ['en', 'de'],
  ),
  organisation: { name: 'Example & Sons', helpDesk: { phone: '+44 1632 960000' }, mailDomains: [] },
  issuer: 'https://login.example.test',
  shortMessages,
});

describe('http: templates of mail', () => {
  const data = { name: '<b>Zoë</b>\r\nBcc: all@example.test', code: '1234 5678' };

  it('escape in HTML, and in plain text leave what was typed', () => {
    const { text, html } = render({ channel: 'mail', name: 'sample/code', locale: 'en', data });
    expect(html).to.include('&lt;b&gt;Zoë&lt;/b&gt;');
    expect(text).to.include('<b>Zoë</b>');
    expect(html).to.include('Example &amp; Sons');
    expect(text).to.include('Example & Sons');
  });

  it('put the code on a line of its own, also in plain text', () => {
    const { text } = render({ channel: 'mail', name: 'sample/code', locale: 'en', data });
    expect(text).to.include('this is your code:\n\n1234 5678\n\n');
  });

  it('keep a subject on one line, whatever a name holds', () => {
    const { subject } = render({ channel: 'mail', name: 'sample/code', locale: 'en', data });
    expect(subject).to.equal('A code for <b>Zoë</b> Bcc: all@example.test');
  });

  it('speak the language of the message, and have no HTML where there is no view for it', () => {
    expect(render({ channel: 'mail', name: 'sample/code', locale: 'de-CH', data }).subject).to.match(/^Ein Code für/);
    expect(render({ channel: 'sms', name: 'sample/code', locale: 'en', data })).not.to.have.property('html');
  });

  it('load nothing from elsewhere', () => {
    const { html } = render({ channel: 'mail', name: 'sample/code', locale: 'en', data });
    expect(html).not.to.match(/<(img|link|script|iframe)|src=|url\(/);
  });
});

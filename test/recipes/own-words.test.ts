import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { HOUR } from '../../src/kernel/clock.ts';
import { sspr } from '../../plugins/sspr/index.ts';
import { onEveryEngine } from '../support/engines.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const all = (names: readonly string[]): string => names.map((name) => `${name}={{${name}}}`).join('\n');

const FILES: Readonly<Record<string, string>> = {
  'en/sspr/mail/password-reset.subject': '{{organisation}}:\n new password for {{name}}',
  'en/sspr/mail/password-reset.text': `${all(Object.keys(sspr.templates?.['password-reset']?.values ?? {}))}\n<% throw 1 %>\${1+1}`,
  'en/sspr/mail/password-reset.html':
    '<p>{{name}}</p>{{#notMe}}<a href="{{notMe}}">Not you?</a> {{notMe}}{{/notMe}}{{^notMe}}call us{{/notMe}}',
  'en/sspr/mail/code.text': 'Code:\n\n    {{code}}\n\nlink {{link}}',
};

onEveryEngine('Where the operator wrote the messages, Bob', (store) => {
  let folder: string;
  let w: World;

  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(join(tmpdir(), 'latchkey-messages-'));
    for (const [name, text] of Object.entries(FILES)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    w = await world({ store, config: { templates: folder } });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it('reads them, with what they are filled with and nothing run, and never a password', async () => {
    const bob = await w.person('bob', { registered: true });
    const { directory, store: documents } = w.app.foundation;
    const person = await directory.people.byId(bob.id);
    if (!person) throw new Error('nobody');
    const displayName = '<b>{{issuer}} bob</b>';
    await documents.commit(directory.people.updating(person, { displayName }, { actor: 'cli' }));
    await w.later(HOUR);
    await bob.opensReset();
    const { last: code } = await w.mail.to(bob.alternateMail);
    expect(code.text).to.match(/^Code:\s+\d{4} \d{4}\s+link http:\S+\/reset\/link\/\S+\s*$/);
    await bob.typesCode();
    await bob.choosesPassword('violet teapots at noon');
    const { last } = await bob.inbox();
    expect(last.subject).to.equal('Example: new password for <b>{{issuer}} bob</b>');
    expect(last.text).to.match(/^name=<b>\{\{issuer\}\} bob<\/b>$/m);
    expect(last.text)
      .to.match(/^at=\w+ \d+, \d{4} at .+$/m)
      .and.to.match(/^browser=Firefox$/m);
    expect(last.text).to.match(/^notMe=http:\S+\/not-me\/[0-9a-z]{16}$/m);
    expect(last.text).to.contain('<% throw 1 %>${1+1}');
    expect(last.html)
      .to.contain('&lt;b&gt;{{issuer}} bob&lt;/b&gt;')
      .and.to.match(/<a href="http:[^"]+\/not-me\/\w+">/);
    expect(last.html).not.to.contain('call us');
    for (const text of [last.text, last.html]) expect(text).not.to.contain('violet');
  });

  it('reads ours where none was written, and in the other language', async () => {
    const bob = await w.person('bob', { registered: true });
    const german = bob.with(w.browser('de'));
    await german.opensReset();
    const { last } = await bob.alternateInbox();
    expect(last.subject).to.equal('Code zum Zurücksetzen Ihres Passworts');
    expect(last.html).to.contain('<!doctype html>');
  });
});

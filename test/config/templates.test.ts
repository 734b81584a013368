import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { sspr } from '../../plugins/sspr/index.ts';
import { configWorld } from './world.ts';
import type { ConfigWorld } from './world.ts';

describe('Messages that an operator wrote', () => {
  let world: ConfigWorld;

  beforeEach(async () => {
    world = await configWorld([sspr]);
  });
  afterEach(() => world.remove());

  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(world.folder, 'messages', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  };

  const faults = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    await write(files);
    return (await world.faults('templates: messages')).map(({ message }) => message);
  };

  it('are read from the folder, each for its language, message and channel', async () => {
    await write({
      'de/sspr/mail/password-reset.subject': 'Neues Passwort',
      'de/sspr/mail/password-reset.text': 'Hallo {{name}}{{#notMe}}: {{notMe}}{{/notMe}}',
      'en/sspr/sms/password-reset.text': 'New password. {{notMe}}',
    });
    const { templates } = await world.load('templates: messages');
    expect([...templates.keys()]).to.deep.equal(['de/sspr/mail/password-reset', 'en/sspr/sms/password-reset']);
  });

  it('are refused with every fault at once, each with its file and line, before anything is sent', async () => {
    const found = await faults({
      'it/sspr/mail/code.text': 'x',
      'en/other/mail/code.text': 'x',
      'en/sspr/mail/pasword-reset.text': 'x',
      'en/sspr/sms/link.text': 'x',
      'en/sspr/sms/code.html': 'x',
      'en/sspr/mail/blocked.subject': 'there is no text beside it',
      'en/sspr/mail/code.text': 'Your code: {{kode}}\n{{#link}}{{link}}',
      'en/sspr/mail/unlocked.text': '{{notMe}} {{ name }} {{{name}}}',
      'en/sspr/mail/account-frozen.text': '',
      'readme.txt': 'x',
    });
    const expected = [
      'it/sspr/mail/code.text: no such language: known are en, de, fr, es, pl, ja, ar',
      'en/other/mail/code.text: no such plugin with messages: known are sspr',
      'en/sspr/mail/pasword-reset.text: no such message: password-reset?',
      'en/sspr/sms/link.text: the message does not go that way',
      'en/sspr/sms/code.html: no such part: known are text',
      'en/sspr/mail/blocked.subject: there is no en/sspr/mail/blocked.text beside it',
      'en/sspr/mail/code.text: line 2: {{/link}} is missing',
      'en/sspr/mail/code.text: {{code}} is missing',
      'en/sspr/mail/account-frozen.text: the file is empty',
      'en/sspr/mail/unlocked.text: line 1: double braces hold one name: {{name}}',
    ];
    for (const each of expected) expect(found).to.include(each);
    expect(found.filter((each) => each.startsWith('readme.txt: files are named'))).to.have.length(1);
    expect(found.some((each) => each.includes('line 1: no such value {{kode}}'))).to.equal(true);
  });

  it('hold nothing that a mail program would run or fetch, and no code in a subject', async () => {
    const bad = [
      '<p onclick="x()">{{notMe}}</p>',
      '<script>x</script>{{notMe}}',
      '<a href="javascript:x">{{notMe}}</a>',
      '<img src="https://elsewhere.test/pixel">{{notMe}}',
      '<p style="background:url(https://elsewhere.test)">{{notMe}}</p>',
      '<a href="https://elsewhere.test/?{{userName}}">{{notMe}}</a>',
      '<a title="{{name}}" href="{{notMe}}">x</a>{{notMe}}',
      '<form action="x">{{notMe}}</form>',
    ];
    for (const html of bad) {
      const found = await faults({
        'en/sspr/mail/unlocked.text': '{{notMe}}',
        'en/sspr/mail/unlocked.html': html,
      });
      expect(found, html).to.have.length(1);
    }
    const subject = await faults({
      'en/sspr/mail/unlocked.html': '<a href="{{notMe}}">Not you?</a> {{notMe}}',
      'en/sspr/mail/code.text': '{{code}} {{link}}',
      'en/sspr/mail/code.subject': '{{code}} is your code',
    });
    expect(subject.join()).to.contain('does not belong into a subject');
  });

  it('can name no value that holds a password, nor anything that is not listed', async () => {
    for (const { values } of Object.values(sspr.templates ?? {})) {
      expect(Object.keys(values).filter((name) => /pass(?!Used)|secret|credential/i.test(name))).to.deep.equal([]);
    }
    const found = await faults({ 'en/sspr/mail/password-reset.text': '{{notMe}} {{password}} {{constructor}}' });
    expect(found).to.have.length(2);
  });

  it('are told as faults where the folder is not there', async () => {
    expect(await faults({})).to.deep.equal([`the folder ${join(world.folder, 'messages')} cannot be read`]);
  });
});

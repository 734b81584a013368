import { expect } from 'chai';
import { z } from 'zod';
import { user } from '../../src/cli/user.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { definePlugin } from '../../src/plugin.ts';
import type { CommandContribution } from '../../src/plugin.ts';
import { change, defineCollection } from '../../src/store/port.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const notes = defineCollection({ name: 'sampleNotes', shape: z.strictObject({ id: z.string(), text: z.string() }) });

interface Config {
  readonly greeting: string;
}

const note: CommandContribution<Config> = {
  name: 'user note',
  description: 'write something down about somebody',
  arguments: [
    { name: 'user', description: 'user name, mail address or id' },
    { name: 'more', description: 'what else there is to say', optional: true },
  ],
  options: [
    { flags: '--text <text>', description: 'what to write down', required: true },
    { flags: '--loud', description: 'in capitals' },
  ],
  async run({ account, arguments: { user: name = '', more }, options, commit, config, host, by }) {
    const { id } = await account(name);
    const said = `${config.greeting} ${String(options['text'])}${more === undefined ? '' : ` ${more}`}`;
    const text = options['loud'] === true ? said.toUpperCase() : said;
    const event = host.audit.event({ ...by, type: 'sample.noted', result: 'success', subject: id });
    await commit(async () => [change.insert(notes, { id, text }), event], { id: 'there is a note already' });
    return {
      value: { id, text },
      text: [
        `noted: ${text}`,
        [
          ['WHO', 'WHAT'],
          [name, text],
        ],
      ],
    };
  },
};

const compare: CommandContribution<Config> = {
  name: 'sample compare',
  description: 'tell the greeting of another file',
  arguments: [{ name: 'file', description: 'a file' }],
  async run({ section, arguments: { file = '' } }) {
    const { greeting } = await section(file);
    return { value: { greeting }, text: [greeting] };
  },
};

const secret: CommandContribution<Config> = {
  name: 'sample secret',
  description: 'measure what comes in',
  async run({ input }) {
    const { length } = await input();
    if (length === 0) throw new AppError('bad_request', 'nothing came in');
    return { value: { length }, text: [String(length)] };
  },
};

const sample = definePlugin<Config>({
  name: 'sample',
  config: z.strictObject({ greeting: z.string().min(2).default('hello') }),
  collections: [notes],
  auditEvents: { 'sample.noted': { about: 'Something was written down.', carries: ['reason'] } },
  commands: [note, compare, secret],
  commandGroups: { sample: 'what the sample can do', user: 'is the host’s' },
  setup: () => ({}),
});

describe('commands of a plugin', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([user], [], [sample], { sample: { greeting: 'good morning,' } });
    await t.run(['user', 'add', 'anna']);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  it('stand beside those of the host, with help of their own', async () => {
    const { out } = await t.run(['user', '--help']);
    expect(out)
      .to.match(/^ {2}add /m)
      .and.match(/^ {2}note .*write something down about somebody$/m);
    expect(out).not.to.include('is the host’s');
    const help = (await t.run(['user', 'note', '--help'])).out;
    expect(help).to.include('Usage: latchkey user note [options] <user> [more]').and.include('--text <text>');
    expect((await t.run(['--help'])).out).to.match(/^ {2}sample +what the sample can do$/m);
  });

  it('work on the store of a running server, by the section of their plugin', async () => {
    const { code, out, err } = await t.run(['user', 'note', 'anna', 'indeed', '--text', 'Anna']);
    expect(code, err).to.equal(0);
    expect(out).to.equal('noted: good morning, Anna indeed\nWHO   WHAT\nanna  good morning, Anna indeed\n');
    const anna = await t.server.directory.accounts.byName('anna');
    expect(await t.server.store.get(notes, anna?.id ?? '')).to.include({ text: 'good morning, Anna indeed' });
  });

  it('print JSON for programs, and take switches', async () => {
    const told = await t.json(['user', 'note', 'anna', '--text', 'Anna', '--loud']);
    expect(told).to.include({ text: 'GOOD MORNING, ANNA' });
  });

  it('end with one sentence and a code that is not zero', async () => {
    expect(await t.run(['user', 'note', 'nobody', '--text', 'x'])).to.deep.equal({
      code: 1,
      out: '',
      err: 'latchkey: there is no user "nobody"',
    });
    await t.run(['user', 'note', 'anna', '--text', 'x']);
    const again = await t.run(['user', 'note', 'anna', '--text', 'x']);
    expect(again).to.include({ code: 1, out: '', err: 'latchkey: there is a note already' });
    expect(await t.run(['user', 'note', 'anna'])).to.include({ code: 2 });
    expect(await t.run(['sample', 'secret'], '')).to.include({ code: 1, err: 'latchkey: nothing came in' });
  });

  it('read secrets from standard input only', async () => {
    expect(await t.run(['sample', 'secret'], 'abc')).to.include({ code: 0, out: '3\n' });
    expect(await t.run(['sample', 'secret', 'abc'])).to.include({ code: 2 });
  });

  it('read their section of another file, whole or alone, with every fault and its line', async () => {
    const told = async (text: string) => t.run(['sample', 'compare', await t.file('other.yaml', text)]);
    expect(await told('greeting: hi')).to.include({ code: 0, out: 'hi\n' });
    expect(await told('issuer: https://x.example\nplugins:\n  sample:\n    greeting: hey')).to.include({
      out: 'hey\n',
    });
    expect(await told('plugins: {}')).to.include({ out: 'hello\n' });
    const { code, err } = await told('plugins:\n  sample:\n    greeting: 5\n    greetings: hm');
    expect(code).to.equal(1);
    expect(err).to.include('other.yaml:3').and.include('must be a text');
    expect(err).to.include('other.yaml:4').and.include('did you mean greeting?');
    expect(await t.run(['sample', 'compare', 'there-is-no-such.yaml'])).to.include({ code: 1 });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createNotify, outbox } from '../../src/notify/outbox.ts';
import type { Message } from '../../src/notify/message.ts';
import { everything } from '../../src/store/query.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { courier, mailTo } from './courier.ts';
import { startMailServer } from './mail-server.ts';
import type { MailServer } from './mail-server.ts';

const CODE = '40718265';
const LINK = 'https://login.example/reset/link/Zm9yIHlvdXIgZXllcyBvbmx5';
const LETTER: Message = {
  channel: 'mail',
  to: 'anna@home.example',
  template: 'sspr/code',
  locale: 'en',
  data: { subject: 'Your code' },
  secret: { code: CODE, link: LINK },
};

describe('the outbox', () => {
  let r: Rooms;
  let server: MailServer;
  beforeEach(async () => {
    r = await rooms();
    server = await startMailServer();
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await r[Symbol.asyncDispose]();
  });

  const post = async (message: Partial<Message> = {}): Promise<void> => {
    await r.commit([createNotify(r.clock, systemRandom, r.secrets).message({ ...LETTER, ...message })]);
  };
  const messages = async () => (await r.store.find(outbox, everything, { sort: [{ path: 'id' }] })).docs;
  const run = async (log?: Log): Promise<void> => {
    await courier(r, { mail: await mailTo(server.port) }, log ? { log } : {}).run();
  };

  /** Every file of the data folder, the write-ahead log among them. */
  const search = async (wanted: string): Promise<readonly string[]> => {
    await r.store.durable();
    const files = await readdir(r.folder);
    const held = await Promise.all(files.map(async (file) => (await readFile(join(r.folder, file))).includes(wanted)));
    return files.filter((_, position) => held[position]);
  };

  it('holds no live code or link in any file, before, after delivery and after expiry', async () => {
    await post();
    await post({ to: 'late@home.example', expiresAt: r.clock.now() + MINUTE });
    expect(await search('anna@home.example'), 'the files are searched').not.to.deep.equal([]);
    for (const live of [CODE, LINK]) expect(await search(live)).to.deep.equal([]);

    server.data = { code: 451, words: 'later' };
    await run();
    for (const live of [CODE, LINK]) expect(await search(live)).to.deep.equal([]);

    server.data = undefined;
    r.clock.advance(MINUTE);
    await run();
    expect((await messages()).map(({ state }) => state)).to.have.members(['delivered', 'expired']);
    expect((await messages()).filter(({ sealed }) => sealed !== undefined)).to.deep.equal([]);
    for (const live of [CODE, LINK]) expect(await search(live)).to.deep.equal([]);
    expect(server.received[0]?.mail.text).to.include(CODE).and.include(LINK);
  });

  it('puts no code, link or address into the log lines of operators', async () => {
    const lines: string[] = [];
    const write = (facts: Record<string, unknown>, message: string): void => {
      lines.push(message, JSON.stringify({ ...facts, error: String(facts['error']) }));
    };
    server.recipient = { code: 550, words: `5.7.1 rejected: ${CODE} ${LINK} anna@home.example` };
    await post();
    await run({ debug: write, info: write, warn: write, error: write });
    expect(lines.join('\n')).to.include('given up').and.not.include(CODE).and.not.include(LINK).and.not.include('anna');
    const events = JSON.stringify(await r.events());
    expect(events).to.include('message.refused').and.not.include(CODE).and.not.include('anna@');
    expect(JSON.stringify(await messages())).not.to.include(CODE);
  });

  it('opens a secret for the message that it was sealed for and for no other', async () => {
    await post();
    await post({ to: 'mallory@evil.example', secret: { code: 'none' } });
    const all = await messages();
    const hers = all.find(({ to }) => to === 'anna@home.example');
    const his = all.find(({ to }) => to === 'mallory@evil.example');
    if (!hers?.sealed || !his) throw new Error('there are not two messages');
    await r.store.swap(outbox, { ...his, sealed: hers.sealed });
    await run();
    expect(server.received.map(({ to }) => to[0])).to.deep.equal(['anna@home.example']);
    expect(await r.store.get(outbox, his.id)).to.include({ state: 'waiting', cause: 'internal' });
  });

  it('sends again, under the same Message-ID, what a node had sent when it was killed', async () => {
    await post();
    const script = join(import.meta.dirname, 'dying-courier.ts');
    const node = spawn(process.execPath, [script, r.url, String(server.port), String(r.clock.now())], {
      stdio: 'inherit',
    });
    const died = once(node, 'exit');
    server.arrived = async () => {
      server.arrived = () => undefined;
      node.kill('SIGKILL');
      await died;
    };
    await died;
    expect(server.received).to.have.length(1);
    expect(await messages()).to.have.nested.property('[0].state', 'waiting');

    await run();
    expect(server.received, 'the dead node still has its lease').to.have.length(1);
    r.clock.advance(3 * MINUTE);
    await run();
    expect(server.received).to.have.length(2);
    expect(server.received[0]?.mail.messageId).to.equal(server.received[1]?.mail.messageId);
    expect(await messages()).to.have.nested.property('[0].state', 'delivered');
  });

  it('lets nobody put a header, a second reader or a second mail into a message', async () => {
    const evil = 'Hello\r\nBcc: mallory@evil.example\r\n\r\nNew body\r\n.\r\nMAIL FROM:<x@evil.example>';
    await post({ data: { subject: evil, name: evil }, locale: 'en\r\nX-Evil: 1' });
    await run();
    expect(server.received).to.have.length(1);
    const [{ raw, to } = { raw: '', to: [] }] = server.received;
    const headers = raw.slice(0, raw.indexOf('\r\n\r\n'));
    expect(to).to.deep.equal(['anna@home.example']);
    expect(headers).not.to.match(/^(bcc|x-evil):/im);
    expect(server.received[0]?.mail.subject).to.match(/^Hello Bcc: mallory@evil\.example New body/);
  });

  it('gives up a message to what is not one address, without failing the event that it tells of', async () => {
    const bad = [
      '',
      'anna',
      'a@b.example, c@d.example',
      'a@b.example\r\nRCPT TO:<c@d.example>',
      '<a@b>',
      '\uD800@b.example',
    ];
    for (const to of bad) await post({ to });
    await post({ channel: 'sms', to: '0170 1234567' });
    await run();
    expect(server.received).to.deep.equal([]);
    const all = await messages();
    expect(all).to.have.length(bad.length + 1);
    for (const message of all) {
      expect(message).to.include({ state: 'failed', cause: 'address' }).and.not.have.property('sealed');
    }
  });
});

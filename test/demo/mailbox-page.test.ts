import { expect } from 'chai';
import { mailboxRoutes } from '../../src/demo/mailbox-page.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createMailbox } from '../../src/notify/mailbox.ts';
import { serve } from '../http/serving.ts';
import { rooms } from '../support/rooms.ts';

const TEXT = 'Someone asked.\n\n  4821 9937\n\nOr open http://login.localhost/reset/link/abc and go on.\n';
const HTML = '<p style="color:red">4821 9937</p><script>document.title = "run"</script>';

const open = async () => {
  const room = await rooms();
  const box = createMailbox(room.store, room.clock, systemRandom, room.secrets);
  const server = await serve({ routes: mailboxRoutes(box) });
  const send = async (to: string, subject: string, html?: string) => {
    room.clock.advance(1000);
    const outgoing = { id: subject, to, subject, text: TEXT, locale: 'en', ...(html !== undefined && { html }) };
    await box.channel('mail').send(outgoing);
  };
  return {
    room,
    server,
    send,
    box,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await room[Symbol.asyncDispose]();
    },
  };
};

describe('the demo mailbox', () => {
  it('gives programs every message, the newest first', async () => {
    await using mail = await open();
    await mail.send('bob@home.localhost', 'First');
    await mail.send('bob@home.localhost', 'Second', HTML);
    const reply = await mail.server.send('/dev/mailbox.json');
    const messages = JSON.parse(reply.body) as readonly Record<string, unknown>[];
    expect(messages.map(({ subject }) => subject)).to.deep.equal(['Second', 'First']);
    const at = new Date(mail.room.clock.now()).toISOString();
    expect(messages[0]).to.deep.equal({
      to: 'bob@home.localhost',
      channel: 'mail',
      subject: 'Second',
      text: TEXT,
      html: HTML,
      at,
    });
  });

  it('shows people the code apart and links that can be followed', async () => {
    await using mail = await open();
    await mail.send('bob@home.localhost', 'Your code');
    await using browser = mail.server.browser();
    await browser.open(`${mail.server.address}/dev/mailbox`);
    expect(await browser.text())
      .to.contain('Your code Mail to bob@home.localhost')
      .and.contain('Code: 4821 9937');
    expect(await browser.offers('http://login.localhost/reset/link/abc')).to.equal(true);
  });

  it('shows people the code of a text and of a call apart', async () => {
    await using mail = await open();
    const common = { id: 'x', to: '+491701234567', subject: '', locale: 'en' };
    const text = '482199 is your code.\n\n@login.localhost #482199';
    await mail.box.channel('sms').send({ ...common, text });
    await mail.box.channel('voice').send({ ...common, text: 'Your code is:\n3\n0\n5\n1\nTell nobody.' });
    await using browser = mail.server.browser();
    await browser.open(`${mail.server.address}/dev/mailbox`);
    expect(await browser.text())
      .to.contain('Text message to +491701234567')
      .and.contain('Code: 482199')
      .and.contain('Call to +491701234567')
      .and.contain('Code: 3051');
  });

  it('shows the HTML of a message where it can run nothing and reach nothing', async () => {
    await using mail = await open();
    await mail.send('bob@home.localhost', 'Your code', HTML);
    await using browser = mail.server.browser();
    await browser.open(`${mail.server.address}/dev/mailbox`);
    await browser.follow('Open it as a mail program shows it');
    expect(browser.body).to.equal(HTML);
    const policy = String(browser.headers['content-security-policy']).split('; ');
    expect(policy).to.include.members(["default-src 'none'", "form-action 'none'", 'sandbox']);
    expect(policy.join()).not.to.match(/script/);
  });

  it('has no page for a message that is not there', async () => {
    await using mail = await open();
    expect((await mail.server.send('/dev/mailbox/none')).status).to.equal(404);
  });

  it('says so when nothing was sent yet', async () => {
    await using mail = await open();
    await using browser = mail.server.browser();
    await browser.open(`${mail.server.address}/dev/mailbox`);
    expect(await browser.text()).to.contain('Nothing has been sent yet.');
  });
});

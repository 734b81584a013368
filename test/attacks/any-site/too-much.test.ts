import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';
import type { Reply } from '../../support/wire.ts';
import { sendForm } from '../../support/send-form.ts';

onAnySite({ failure: 'A request too large or too slow', seen: 'classic' }, (site) => {
  /** A connection that has sent this much, and no more. */
  const begun = (text: string): Socket => {
    const { protocol, hostname, port } = new URL(site().issuer);
    const socket =
      protocol === 'https:'
        ? connectSecurely({ host: hostname, port: Number(port || 443), servername: hostname })
        : connect(Number(port || 80), hostname);
    // What comes of being cut off is what is looked at.
    socket.on('error', () => undefined);
    socket.write(text);
    return socket;
  };

  const answered = (socket: Socket): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      socket.setEncoding('utf8').on('data', (piece: string) => {
        answer += piece;
        if (answer.includes('\r\n\r\n')) socket.destroy();
      });
      socket.once('close', () => {
        resolve(answer);
      });
    });

  /** Whoever is told to stop while still sending may find the connection ended before the answer was read. */
  const statusOrCut = (sent: Promise<Reply>): Promise<number | string | undefined> =>
    sent.then(
      ({ status }) => status,
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );

  it('is refused: ten megabytes, ten thousand fields', async () => {
    const browser = site().browser();
    await browser.open(`${site().issuer}/reset`);
    const csrf = (await browser.field('csrf')) ?? '';
    for (const more of [`&username=${'a'.repeat(10 * 1024 * 1024)}`, '&a=b'.repeat(10_000)]) {
      const sent = sendForm(browser, `${site().issuer}/reset`, `csrf=${csrf}${more}`);
      expect(await statusOrCut(sent)).to.be.oneOf([400, 413, 'ECONNRESET', 'EPIPE']);
    }
    await browser.reload();
    expect(browser.status).to.equal(200);
  });

  it('is refused: a flood of headers', async () => {
    const { host } = new URL(site().issuer);
    // Too many, which Node itself refuses, and too long, which is for each server to bound.
    for (const [count, length] of [
      [5000, 20],
      [40, 1000],
    ] as const) {
      const lines = Array.from({ length: count }, (_, at) => `x-${String(at)}: ${'a'.repeat(length)}`).join('\r\n');
      const answer = await answered(begun(`GET / HTTP/1.1\r\nHost: ${host}\r\n${lines}\r\n\r\n`));
      expect(answer).to.match(/^(HTTP\/1\.1 4\d\d|$)/);
    }
  });

  it('keeps nobody else waiting: forty bodies that do not come', async () => {
    const { host } = new URL(site().issuer);
    const head = `POST /reset HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ncsrf`;
    const slow = Array.from({ length: 40 }, () => begun(head));
    const reply = await site().browser().send(`${site().issuer}/reset`);
    for (const socket of slow) socket.destroy();
    expect(reply.status).to.equal(200);
  });
});

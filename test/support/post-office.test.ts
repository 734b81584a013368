import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { openPostOffice } from './post-office.ts';

describe('The post office of the tests', () => {
  it('outlives a client that is killed within a mail', async () => {
    const post = await openPostOffice();
    const client = connect(post.port, '127.0.0.1');
    for (const line of ['EHLO there', 'MAIL FROM:<a@example.test>', 'RCPT TO:<b@example.test>']) {
      await once(client, 'data');
      client.write(`${line}\r\n`);
    }
    await once(client, 'data');
    client.resetAndDestroy();
    await once(client, 'close');
    // Over once the server has seen the last of its connections.
    await post[Symbol.asyncDispose]();
    expect(post.mails).to.deep.equal([]);
  });
});

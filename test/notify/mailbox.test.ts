import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemRandom } from '../../src/kernel/random.ts';
import { startScheduler } from '../../src/kernel/schedule.ts';
import { deliveryJobs } from '../../src/notify/delivery.ts';
import { createMailbox } from '../../src/notify/mailbox.ts';
import { createNotify } from '../../src/notify/outbox.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { nobody, plainly, silent } from './courier.ts';

describe('the development mailbox', () => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms();
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  it('shows mail and SMS that would have been sent, newest first', async () => {
    const mailbox = createMailbox(r.store, r.clock, systemRandom, r.secrets);
    const channels = { mail: mailbox.channel('mail'), sms: mailbox.channel('sms') };
    const jobs = deliveryJobs({ ...r, channels, log: silent, render: plainly, undeliverable: nobody });
    const scheduler = startScheduler(jobs, silent, false);
    const notify = createNotify(r.clock, systemRandom, r.secrets);
    const rest = { template: 'sspr/code', locale: 'en', data: { subject: 'Code' } };
    const at = r.clock.now();
    await r.commit([notify.message({ channel: 'mail', to: 'a@x.example', secret: { code: '12345678' }, ...rest })]);
    await scheduler.settle();
    r.clock.advance(1);
    await r.commit([notify.message({ channel: 'sms', to: '+491701234567', ...rest })]);
    await scheduler.settle();
    await scheduler.stop();
    const [sms, mail] = await mailbox.entries();
    expect(sms).to.include({ to: '+491701234567', channel: 'sms', at: at + 1 });
    expect(mail).to.include({ to: 'a@x.example', channel: 'mail', subject: 'Code', at });
    expect(mail?.text).to.include('12345678');
  });

  const put = async (count: number) => {
    const mailbox = createMailbox(r.store, r.clock, systemRandom, r.secrets);
    const mail = mailbox.channel('mail');
    for (let n = 1; n <= count; n += 1) {
      const text = `letter ${String(n)}`;
      await mail.send({ id: String(n), to: 'a@x.example', subject: '', text, locale: 'en' });
    }
    return mailbox.entries();
  };

  it('keeps the newest 200', async () => {
    const entries = await put(205);
    expect(entries).to.have.length(200);
    expect(entries[0]?.text).to.equal('letter 205');
    expect(entries.at(-1)?.text).to.equal('letter 6');
  });

  it('keeps what it shows sealed in the files of the store', async () => {
    await put(3);
    await r.store.durable();
    for (const file of await readdir(r.folder)) {
      expect((await readFile(join(r.folder, file))).includes('letter'), file).to.equal(false);
    }
  });
});

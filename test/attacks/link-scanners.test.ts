import { inspect } from 'node:util';
import { expect } from 'chai';
import { flows, registrations } from '../../plugins/sspr/collections.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { counters } from '../../src/limits/counters.ts';
import { outbox } from '../../src/notify/outbox.ts';
import type { Collection } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';
import { asksForMail } from './stations/recovery.ts';
import { EVERY_PAGE } from './stations/station.ts';
import { STATIONS } from './stations/stations.ts';

const WRITTEN = [flows, registrations, counters, outbox, auditEvents] as unknown as readonly Collection[];

/** What scanners, previews and prefetching browsers send before, or instead of, the person. */
const SCANS = ['GET', 'HEAD', 'GET', 'OPTIONS'];

describe('A program that opens what it finds', function () {
  this.timeout(60_000);
  const world = useWorld(EVERY_PAGE);

  const everythingWritten = async (): Promise<readonly unknown[]> => {
    await world().settle();
    const { store } = world().app.foundation;
    return Promise.all(WRITTEN.map(async (each) => (await store.find(each, everything, { limit: 1000 })).docs));
  };

  const mailed = async (): Promise<{ dora: Person; link: string }> => {
    const dora = await world().person('dora', { registered: true });
    await asksForMail(world(), dora);
    return { dora, link: (await dora.alternateInbox()).link };
  };

  it('in a mail changes nothing, though it follows every address with cookies and all', async () => {
    const { dora, link } = await mailed();
    const before = await everythingWritten();
    const scanner = world().browser();
    for (const method of SCANS) await scanner.send(link, { method });
    for (let count = 0; count < 3; count += 1) await scanner.open(link);
    // Some leave no link on the page unread.
    for (const form of scanner.forms.filter(({ method }) => method === 'GET')) await scanner.open(form.action);
    await scanner.open('/reset/link');
    await scanner.open('/reset/prove');
    expect(await everythingWritten()).to.deep.equal(before);
    await dora.usesLink();
    expect(await dora.browser.heading()).not.to.equal('This link no longer works');
  });

  for (const station of STATIONS) {
    it(`on a page changes nothing by looking at it again, in the person's own browser: ${station.page}`, async () => {
      const { browser } = await station.arrive(world());
      const at = await browser.url();
      const before = await everythingWritten();
      for (const method of ['HEAD', 'GET', 'GET']) {
        expect((await browser.send(at, { method })).status).to.be.within(200, 399);
      }
      await browser.reload();
      expect(await everythingWritten()).to.deep.equal(before);
    });
  }

  it('leaves no live link in the log, however strangely it asks for it', async () => {
    const { link } = await mailed();
    const secret = link.slice(link.lastIndexOf('.') + 1);
    expect(secret).to.match(/^[\w-]{43}$/);
    const scanner = world().browser();
    for (const method of ['OPTIONS', 'POST', 'PUT', 'DELETE', 'PROPFIND', 'PATCH'])
      await scanner.send(link, { method });
    for (const more of ['/', '/x', '.', '?a=1&a=2', '%20', '">', '%00', ')']) await scanner.send(`${link}${more}`);
    await scanner.send(link.replace('/reset/', '//reset/'));
    await scanner.send(link.replace('/reset/link/', '/reset/'));
    const lines = world().lines.map((line) => inspect(line, { depth: 12 }));
    expect(lines.filter((line) => line.includes('refused'))).not.to.deep.equal([]);
    expect(lines.filter((line) => line.includes(secret))).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { DAY, HOUR } from '../../src/kernel/clock.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { returnAddress } from '../../src/notify/return-address.ts';
import { and, eq } from '../../src/store/query.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { onEveryEngine } from '../support/engines.ts';
import { freePort } from '../support/free-port.ts';
import type { Person } from '../support/person.ts';
import { startMailServer } from '../notify/mail-server.ts';
import { handOver, report } from '../support/returned-mail.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASKED = 'Is this still yours?';
const BOUNCES = 'bounces@login.test';
const KEEP = 'Yes, it is still mine';

onEveryEngine('Ben is asked about an address whose mail comes back', (store) => {
  let port: number;
  let w: World;

  before(async function () {
    this.timeout(60_000);
    port = await freePort();
    const mail = { bounces: { address: BOUNCES, listen: { port } } };
    w = await world({ store, config: { mail }, sspr: { email: { suggest: 'directory' } } });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
  });

  /** Somebody whose only way back is the alternate mailbox. */
  const reachedByMail = (): Promise<Person> => w.person('ben', { registered: true });

  /** The latest mail to his alternate mailbox, as our outbox knows it. */
  const latestMail = async (ben: Person) => {
    const query = and(eq('accountId', ben.id), eq('to', ben.alternateMail));
    const { docs } = await w.app.foundation.store.find(outbox, query, { sort: [{ path: 'id', descending: true }] });
    const [latest] = docs;
    if (!latest) throw new Error(`nothing was sent to ${ben.alternateMail}`);
    return latest;
  };

  const askedForMail = async (ben: Person): Promise<string> => {
    const stranger = ben.with(w.browser());
    await stranger.opensReset();
    await w.settle();
    return returnAddress(w.app.foundation.secrets, BOUNCES, (await latestMail(ben)).id);
  };

  /** One mail to him comes back, as his mail server reports by LMTP. */
  const comesBack = async (ben: Person, raw = report()): Promise<void> => {
    expect(await handOver(port, await askedForMail(ben), raw)).to.equal('ok');
    await w.settle();
  };

  const signsInAnew = async (ben: Person): Promise<Person> => {
    const there = ben.with(w.browser());
    await there.signsIn();
    return there;
  };

  const staleNow = async (ben: Person) =>
    (await w.app.foundation.store.get(registrations, ben.id))?.methods.map(({ method, stale }) => [
      method,
      stale?.reason,
    ]);

  it('after mail to him came back twice, a day apart, and keeps it; until then it opens its gate', async () => {
    const ben = await reachedByMail();
    await comesBack(ben);
    await w.later(HOUR);
    await comesBack(ben);
    expect(await (await signsInAnew(ben)).browser.heading()).to.equal(ARRIVED);
    await w.later(DAY);
    await comesBack(ben);
    expect(await staleNow(ben)).to.deep.equal([['email', 'bounced']]);

    const there = await signsInAnew(ben);
    expect(await there.browser.heading()).to.equal(ASKED);
    expect(await there.browser.text())
      .to.contain('Mail to b')
      .and.not.to.contain(ben.alternateMail);
    await there.browser.submit({}, KEEP);
    expect(await there.browser.heading()).to.equal(ARRIVED);
    expect(await staleNow(ben)).to.deep.equal([['email', undefined]]);
    expect(await (await signsInAnew(ben)).browser.heading()).to.equal(ARRIVED);
  });

  /** Twice, a day apart. */
  const isOutOfReach = async (): Promise<Person> => {
    const ben = await reachedByMail();
    await comesBack(ben);
    await w.later(DAY);
    await comesBack(ben);
    return ben;
  };

  it('is asked again in the next session where he puts it off, and never by a silent request', async () => {
    const ben = await isOutOfReach();
    const there = await signsInAnew(ben);
    await there.browser.submit({}, 'Ask me next time');
    expect(await there.browser.heading()).to.equal(ARRIVED);
    await there.startsSignIn({ prompt: 'none' });
    expect(there.outcome().kind).to.equal('signed-in');
    expect(await (await signsInAnew(ben)).browser.heading()).to.equal(ASKED);
  });

  it('changes it there, and cannot remove the only one', async () => {
    const ben = await isOutOfReach();
    const there = await signsInAnew(ben);
    const { pathname } = await there.browser.url();
    await there.browser.follow(`${pathname}/email`);
    await there.registersMail(`${ben.userName}@new-provider.test`);
    expect(await there.browser.heading()).to.equal(ARRIVED);

    const bea = await isOutOfReach();
    const elsewhere = await signsInAnew(bea);
    expect(await elsewhere.browser.heading()).to.equal(ASKED);
    expect(await elsewhere.browser.offers('Remove')).to.equal(false);
  });

  it('is not asked once a code that came there was right, and it still opened the gate', async () => {
    const ben = await isOutOfReach();
    const stranger = ben.with(w.browser());
    await stranger.opensReset();
    await stranger.typesCode();
    await stranger.choosesPassword('violet teapots at noon');
    expect(await stranger.browser.heading()).to.equal('Your password is changed');
    expect(await staleNow(ben)).to.deep.equal([['email', undefined]]);
  });

  it('is not asked for a report that is replayed, forged, old, of another address, or no failure', async () => {
    const ben = await reachedByMail();
    const address = await askedForMail(ben);
    await handOver(port, address, report());
    await w.settle();
    await w.later(DAY);
    await handOver(port, address, report());
    await w.settle();
    expect(await staleNow(ben), 'replayed a day later').to.deep.equal([['email', undefined]]);

    const { id } = await latestMail(ben);
    const of = returnAddress(w.app.foundation.secrets, BOUNCES, '0'.repeat(33));
    const forged = address.replace(id, '0'.repeat(33));
    expect(await handOver(port, forged, report())).to.equal(550);
    expect(await handOver(port, of, report()), 'a message that never was').to.equal('ok');
    await comesBack(ben, report({ action: 'delayed', status: '4.4.7' }));
    expect(await staleNow(ben)).to.deep.equal([['email', undefined]]);
  });

  it('is not asked where the contact was changed, or proved anew, since the message was sent', async () => {
    const ben = await isOutOfReach();
    const late = await askedForMail(ben);
    await w.later(1000);
    const there = await signsInAnew(ben);
    const { pathname } = await there.browser.url();
    await there.browser.follow(`${pathname}/email`);
    await there.registersMail();
    await w.later(DAY);
    await handOver(port, late, report());
    await w.settle();
    await comesBack(ben);
    expect(await staleNow(ben), 'the first one was about what was there before').to.deep.equal([['email', undefined]]);
  });

  it('makes nobody else stale by an address that is somebody else’s too', async () => {
    const ben = await isOutOfReach();
    const other = await w.person('other', { registered: true });
    const { store: documents } = w.app.foundation;
    const registration = await documents.get(registrations, other.id);
    if (!registration) throw new Error('nothing is registered');
    const methods = registration.methods.map((one) => ({ ...one, data: { address: ben.alternateMail } }));
    await documents.swap(registrations, { ...registration, methods });
    await w.later(DAY);
    await comesBack(ben);
    expect(await staleNow(other)).to.deep.equal([['email', undefined]]);
  });

  it('is asked for another once the directory drops the private address that it had suggested', async () => {
    const { directory, store: documents } = w.app.foundation;
    const ben = await w.person('ben');
    const knows = async (...others: readonly string[]): Promise<void> => {
      const person = await directory.people.byId(ben.id);
      if (!person) throw new Error('nobody');
      const own = { value: ben.mail, type: 'work', primary: true };
      const emails = [own, ...others.map((value) => ({ value, type: 'home' }))];
      await documents.commit(directory.people.updating(person, { emails }, { actor: 'cli' }));
    };
    await knows(ben.alternateMail);
    await ben.signsIn();
    expect(await ben.browser.field('email')).to.equal(ben.alternateMail);
    await ben.registersMail();
    expect(await ben.browser.heading()).to.equal(ARRIVED);

    await knows();
    const stranger = ben.with(w.browser());
    await stranger.opensReset();
    await w.settle();
    expect((await ben.alternateInbox()).last.subject, 'nothing to reset by is sent there').not.to.contain('reset');
    expect(await (await signsInAnew(ben)).browser.heading()).to.equal('Set up a way back in');
  });
});

describe('A mail server that knows no such mailbox', () => {
  it('makes the address one to ask about after a second refusal, a day later, and each mail returns to its own', async function () {
    this.timeout(60_000);
    await using server = await startMailServer();
    const smtp = { host: '127.0.0.1', port: server.port, tls: 'none' };
    await using w = await world({ config: { mail: { smtp, bounces: { address: BOUNCES } } } });
    const { store, secrets } = w.app.foundation;
    const ben = await w.person('ben', { registered: true });
    const asks = async (): Promise<void> => {
      await ben.with(w.browser()).opensReset();
      await w.settle();
    };
    const failure = async () => (await store.get(registrations, ben.id))?.methods[0];

    await asks();
    await asks();
    const ids = (await store.find(outbox, eq('to', ben.alternateMail))).docs.map(({ id }) => id);
    expect(server.received.map(({ from }) => from)).to.have.members(
      ids.map((id) => returnAddress(secrets, BOUNCES, id)),
    );

    server.recipient = { code: 550, words: '5.1.1 no such mailbox' };
    await asks();
    expect(await failure())
      .to.include.keys('failedAt')
      .and.not.to.include.keys('stale');
    await w.later(DAY);
    await asks();
    expect((await failure())?.stale).to.include({ reason: 'bounced', dead: false });
  });

  it('is no reason to ask anybody where it only has a bad day', async function () {
    this.timeout(60_000);
    await using server = await startMailServer();
    const smtp = { host: '127.0.0.1', port: server.port, tls: 'none' };
    await using w = await world({ config: { mail: { smtp } } });
    const ben = await w.person('ben', { registered: true });
    server.recipient = { code: 550, words: '5.7.1 not today' };
    await ben.with(w.browser()).opensReset();
    await w.settle();
    server.recipient = undefined;
    await w.later(HOUR);
    const stranger = ben.with(w.browser());
    await stranger.opensReset();
    await w.settle();
    const code = /\d{4} \d{4}/.exec(server.received.at(-1)?.mail.text ?? '')?.[0] ?? '';
    await stranger.browser.submit({ 'one-time-code': code });
    expect(await stranger.browser.heading()).to.equal('Choose a new password');
    const registration = await w.app.foundation.store.get(registrations, ben.id);
    expect(registration?.methods[0]).not.to.include.keys('failedAt');
  });
});

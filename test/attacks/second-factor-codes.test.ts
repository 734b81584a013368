import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { and, eq } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode, wrongCode } from '../support/second-factor.ts';
import { useWorld, type World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const ARRIVED = 'Signed in to the app';

const eventsOf = async ({ app }: World, type: string, person: Person) => {
  const { docs } = await app.foundation.store.find(auditEvents, and(eq('type', type), eq('subject', person.id)));
  return docs;
};

const POLICIES = [{ name: 'everybody', methods: ['email', 'totp'] }];

const withApp = async (w: World): Promise<Person> => {
  const person = await w.person('bob', { registered: true });
  await hasApp(w, person);
  return person;
};

/** At the question for the code, in a browser of its own. */
const atTheCode = async (w: World, person: Person): Promise<Person> => {
  const elsewhere = person.with(w.browser());
  await elsewhere.signsIn();
  return elsewhere;
};

const giving = (person: Person, code: string) => {
  const { url, fields } = person.browser.prepared({ 'one-time-code': code });
  const body = new URLSearchParams(fields).toString();
  return () => sendForm(person.browser, url, body);
};

onEveryEngine('A code of a second factor that is given everywhere at once', (store) => {
  // Wide, so that nothing but the code itself is in the way.
  const limits = { failures: 100, failuresPerMethodAndHour: 100 };
  const world = useWorld({ store, sspr: { policies: POLICIES, limits } });

  it('has one winner of fifty at once, over twenty-five sign-ins', async function () {
    this.timeout(60_000);
    const person = await withApp(world());
    const all = [];
    for (let left = 25; left > 0; left -= 1) all.push(await atTheCode(world(), person));
    const sends = all.map((each) => giving(each, shownCode(world(), person)));
    const replies = await Promise.all([...sends, ...sends].map((send) => send()));
    const won = replies.filter((reply) => String(reply.headers.location).includes('/auth/'));
    expect(await eventsOf(world(), 'signin.factor.proved', person)).to.have.length(1);
    // A button pressed twice is told where it leads; no other sign-in ever is.
    expect(new Set(won.map((reply) => reply.headers.location)).size).to.equal(1);
    for (const each of all) for (const reply of won) await each.browser.open(String(reply.headers.location));
    expect(await eventsOf(world(), 'signin.success', person)).to.have.length(1);
  });
});

onEveryEngine('A code of a second factor', (store) => {
  const world = useWorld({ store, sspr: { policies: POLICIES } });

  it('signs in once: whoever looked over the shoulder is told that it is wrong', async () => {
    const person = await withApp(world());
    const [owner, thief] = [await atTheCode(world(), person), await atTheCode(world(), person)];
    const code = shownCode(world(), person);
    await owner.browser.submit({ 'one-time-code': code });
    expect(await owner.browser.heading()).to.equal(ARRIVED);
    await thief.browser.submit({ 'one-time-code': code });
    expect(await thief.browser.title()).to.match(/^Error: /);
  });

  it('is guessed at five times of a hundred at once, over two sign-ins, and the right one opens nothing afterwards', async () => {
    const person = await withApp(world());
    const both = [await atTheCode(world(), person), await atTheCode(world(), person)];
    const sends = both.map((each) => giving(each, wrongCode(world(), person)));
    const replies = await Promise.all(Array.from({ length: 50 }, () => sends.map((send) => send())).flat());
    // A store that is written to by so many at once may turn some of them away.
    for (const reply of replies) expect(reply.status).to.be.oneOf([200, 409, 422, 503]);
    const judged = (await eventsOf(world(), 'signin.factor.failed', person)).filter(({ reason }) => reason === 'wrong');
    expect(judged.length).to.be.at.most(5);
    await world().settle();
    for (const each of both) {
      const reply = await giving(each, shownCode(world(), person))();
      expect(reply.headers.location).to.equal(undefined);
    }
    expect(await eventsOf(world(), 'signin.factor.proved', person)).to.deep.equal([]);
  });

  it('is taken at a new device, though strangers without the password used up every guess at a reset', async () => {
    const person = await withApp(world());
    const stranger = person.with(world().browser());
    await stranger.opensReset();
    await stranger.browser.submit({}, 'Type a code from the app');
    await world().settle();
    for (let left = 5; left > 0; left -= 1) {
      await stranger.browser.submit({ 'one-time-code': wrongCode(world(), person) });
    }
    await world().settle();
    expect(await eventsOf(world(), 'reset.blocked', person)).to.have.length(1);
    const owner = await atTheCode(world(), person);
    await owner.browser.submit({ 'one-time-code': shownCode(world(), person) });
    expect(await owner.browser.heading()).to.equal(ARRIVED);
  });

  it('of somebody else opens nothing, though both are right', async () => {
    const [person, eve] = [await withApp(world()), await world().person('eve', { registered: true })];
    await hasApp(world(), eve);
    const thief = await atTheCode(world(), person);
    await thief.browser.submit({ 'one-time-code': shownCode(world(), eve) });
    expect(await thief.browser.title()).to.match(/^Error: /);
  });

  it('adds nothing to the session of somebody else, who is asked for more in the same browser', async () => {
    const [alice, eve] = [await world().person('alice', { registered: true }), await withApp(world())];
    await alice.signsIn();
    expect(claimsOf(alice)).to.deep.include({ sub: alice.id, acr: 'aal1' });
    const here = eve.with(alice.browser);
    await here.startsSignIn({ prompt: 'login', acr_values: 'aal2' });
    await here.givesPassword();
    await here.browser.submit({ 'one-time-code': shownCode(world(), eve) });
    expect(claimsOf(here)).to.deep.include({ sub: eve.id, acr: 'aal2' });
    await alice.startsSignIn({ prompt: 'none' });
    expect(claimsOf(alice)).to.deep.include({ sub: eve.id });
  });

  it('adds nothing once the session that it would step up has ended', async () => {
    const person = await world().person('bob', { registered: true });
    await person.signsIn();
    await hasApp(world(), person);
    await person.startsSignIn({ acr_values: 'aal2' });
    const { directory, store: storage } = world().app.foundation;
    const account = await directory.people.byName(person.userName);
    if (account) await storage.commit(directory.people.updating(account, { active: false }, { actor: 'cli' }));
    await person.browser.submit({ 'one-time-code': shownCode(world(), person) });
    expect(await person.browser.heading()).not.to.equal(ARRIVED);
  });
});

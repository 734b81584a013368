import { expect } from 'chai';
import { parseOptions } from '@node-rs/argon2';
import type { Account } from '../../src/directory/account.ts';
import { PasswordRefused } from '../../src/directory/account.ts';
import { createLocalAuthority } from '../../src/directory/local-authority.ts';
import { endings } from '../../src/directory/endings.ts';
import { localPasswords } from '../../src/directory/local-password.ts';
import { isHashable } from '../../src/directory/hashable.ts';
import { ARGON2ID, openPasswordHashing } from '../../src/directory/password-hashing.ts';
import { passwordsByAuthority } from '../../src/directory/authorities.ts';
import { boundedQueue } from '../../src/kernel/bounded-queue.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { Conflict } from '../../src/store/port.ts';
import { eq } from '../../src/store/query.ts';
import { rejection } from '../support/store.ts';
import { CHEAP, rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const OLD = 'correct horse battery';

describe('local passwords', () => {
  let r: Rooms;
  let anna: Account;
  const account = async (): Promise<Account> => {
    const found = await r.directory.accounts.byName('anna');
    if (!found) throw new Error('anna is not there');
    return found;
  };
  beforeEach(async () => {
    r = await rooms();
    await r.person({ userName: 'anna' }, OLD);
    anna = await account();
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const set = async (password: string): Promise<void> => {
    await r.commit(await r.directory.passwords.set(await account(), password, 'reset'));
  };
  const verify = async (password: string): Promise<string> =>
    (await r.directory.passwords.verify(await account(), password)).outcome;
  const record = () => r.store.get(localPasswords, anna.id);

  it('are hashed as argon2id with 19 MiB, two passes and one lane', async () => {
    const hashing = await openPasswordHashing(boundedQueue(1, 10, 1), systemRandom);
    const phc = await hashing.hash(OLD);
    expect(phc).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(parseOptions(phc)).to.include({ ...ARGON2ID, saltLen: 16, outputLen: 32 });
    expect(await hashing.verify(phc, OLD)).to.equal(true);
    expect(await hashing.verify(phc, `${OLD} `)).to.equal(false);
  });

  it('are the same from every keyboard that writes the same text in another form', async () => {
    await set('Pässwört ①ﬁ und mehr');
    expect(await verify('Pässwört ①ﬁ und mehr'.normalize('NFD'))).to.equal('right');
    expect(await verify('Pässwört 1fi und mehr')).to.equal('right');
    expect(await verify('pässwört ①ﬁ und mehr')).to.equal('wrong');
  });

  it('are right only as they were set, and wrong for anybody without one', async () => {
    expect(await verify(OLD)).to.equal('right');
    expect(await verify('correct horse batterz')).to.equal('wrong');
    await r.person({ userName: 'berta' });
    const berta = await r.directory.accounts.byName('berta');
    if (!berta) throw new Error('berta is not there');
    expect(await r.directory.passwords.verify(berta, OLD)).to.deep.equal({ outcome: 'wrong' });
  });

  it('that are empty, over-long or not text are refused before any hashing', async () => {
    const bad = ['', 'x'.repeat(257), '🔑'.repeat(257), 'x'.repeat(10_000_000), '\uD800'];
    const none = boundedQueue(0, 0, 1);
    const hashing = { ...r.hashing, hash: () => none.run(() => Promise.resolve('')) };
    const local = createLocalAuthority(r.store, r.clock, systemRandom, {
      ...hashing,
      verify: () => Promise.reject(new Error()),
    });
    for (const password of bad) {
      expect(isHashable(password), password.slice(0, 5)).to.equal(false);
      expect(await local.verify(anna, password)).to.deep.equal({ outcome: 'wrong' });
      expect(await local.usedBefore(anna, password)).to.equal(false);
      expect(await rejection(local.set(anna, password, 'reset'))).to.include({ code: 'bad_request' });
    }
    expect(isHashable('🔑'.repeat(256))).to.equal(true);
  });

  it('raise the epoch in the commit that sets them', async () => {
    const changes = await r.directory.passwords.set(anna, 'a new long password', 'reset');
    expect(await account()).to.include({ epoch: 1 });
    expect(await verify(OLD)).to.equal('right');
    await r.commit(changes);
    expect(await account()).to.include({ epoch: 2 });
    expect((await r.store.find(endings, eq('accountId', anna.id))).docs, 'apps will be told').to.have.length(1);
    expect(await verify(OLD)).to.equal('wrong');
    expect(await verify('a new long password')).to.equal('right');
  });

  it('let one of two resets at once win', async () => {
    const both = await Promise.all(
      ['first new password', 'second new password'].map((password) =>
        r.directory.passwords.set(anna, password, 'reset'),
      ),
    );
    await r.commit(both[0] ?? []);
    expect(await rejection(r.commit(both[1] ?? [])))
      .to.be.instanceOf(Conflict)
      .and.include({ reason: 'stale' });
    expect(await verify('first new password')).to.equal('right');
    expect(await account()).to.include({ epoch: 2 });
  });

  it('are remembered, the present one and five before it and no more', async () => {
    const later = Array.from({ length: 6 }, (_, n) => `password number ${String(n)}`);
    for (const password of later) await set(password);
    for (const password of later) expect(await r.directory.passwords.usedBefore(anna, password)).to.equal(true);
    expect(await r.directory.passwords.usedBefore(anna, OLD)).to.equal(false);
    expect(await r.directory.passwords.usedBefore(anna, 'never seen before')).to.equal(false);
    expect((await record())?.history).to.have.length(5);
  });

  it('are hashed anew at sign-in when the parameters have changed, without ending a session', async () => {
    const stronger = await openPasswordHashing(boundedQueue(1, 10, 1), systemRandom, { ...CHEAP, timeCost: 2 });
    const local = createLocalAuthority(r.store, r.clock, systemRandom, stronger);
    expect(await local.verify(anna, 'wrong password')).to.deep.equal({ outcome: 'wrong' });
    expect((await record())?.hash).to.match(/t=1/);
    expect(await local.verify(anna, OLD)).to.deep.equal({ outcome: 'right' });
    expect((await record())?.hash).to.match(/t=2/);
    expect(await local.verify(anna, OLD)).to.deep.equal({ outcome: 'right' });
    expect(await account()).to.include({ epoch: 1 });
    expect((await record())?.history).to.deep.equal([]);
  });

  it('are right though the queue is too full to hash them anew', async () => {
    const stronger = await openPasswordHashing(boundedQueue(1, 10, 1), systemRandom, { ...CHEAP, timeCost: 2 });
    const full = boundedQueue(0, 0, 1);
    const hashing = { ...stronger, hash: () => full.run(() => Promise.resolve('')) };
    const local = createLocalAuthority(r.store, r.clock, systemRandom, hashing);
    expect(await local.verify(anna, OLD)).to.deep.equal({ outcome: 'right' });
  });

  it('survive two sign-ins that hash anew at once', async () => {
    const stronger = await openPasswordHashing(boundedQueue(2, 10, 1), systemRandom, { ...CHEAP, timeCost: 2 });
    const local = createLocalAuthority(r.store, r.clock, systemRandom, stronger);
    const outcomes = await Promise.all([local.verify(anna, OLD), local.verify(anna, OLD)]);
    expect(outcomes).to.deep.equal([{ outcome: 'right' }, { outcome: 'right' }]);
    expect(await local.verify(anna, OLD)).to.deep.equal({ outcome: 'right' });
  });

  it('of a disabled person say so only to who knows them, and are not reset', async () => {
    const person = await r.directory.people.byId(anna.id);
    if (!person) throw new Error('anna is not there');
    await r.commit(r.directory.people.updating(person, { active: false }, { actor: 'cli' }));
    expect(await verify(OLD)).to.equal('disabled');
    expect(await verify('not her password')).to.equal('wrong');
    const refused = await rejection(r.directory.passwords.set(await account(), 'a new long password', 'reset'));
    expect(refused).to.be.instanceOf(PasswordRefused).and.include({ reason: 'disabled' });
  });

  it('that an administrator set for once ask for a change at sign-in, until it is made', async () => {
    await r.commit(await r.directory.local.setForOnce(anna, 'only for today'));
    expect(await r.directory.passwords.verify(await account(), 'only for today')).to.deep.equal({
      outcome: 'must-change',
      reason: 'set-by-administrator',
    });
    await set('a new long password');
    expect(await verify('a new long password')).to.equal('right');
  });

  it('are changed by who knows the present one, which ends everything signed in', async () => {
    const changing = (current: string, next: string) => r.directory.passwords.change(anna, current, next);
    const refused = await rejection(changing('not her password', 'a new long password'));
    expect(refused).to.be.instanceOf(PasswordRefused).and.include({ reason: 'wrong_password' });
    const changes = await changing(OLD, 'a new long password');
    await r.commit(changes);
    expect(await verify('a new long password')).to.equal('right');
    expect(await r.directory.passwords.usedBefore(anna, OLD)).to.equal(true);
    expect(await account()).to.include({ epoch: 2 });
    expect(await rejection(r.commit(changes))).to.include({ reason: 'stale' });
  });

  it('of a disabled person are not changed, also by who knows them', async () => {
    const refused = await rejection(r.directory.passwords.change({ ...anna, active: false }, OLD, 'a new password'));
    expect(refused).to.be.instanceOf(PasswordRefused).and.include({ reason: 'disabled' });
  });

  it('say when they were set, and whether they must be changed', async () => {
    const state = async () => r.directory.passwords.state(await account());
    expect(await state()).to.deep.equal({ changedAt: r.clock.now(), mustChange: false });
    r.clock.advance(1000);
    await r.commit(await r.directory.local.setForOnce(anna, 'only for today'));
    expect(await state()).to.deep.equal({ changedAt: r.clock.now(), mustChange: true });
    const nobody = await r.person({ userName: 'berta' });
    expect(await r.directory.local.state({ ...anna, id: nobody.id })).to.deep.equal({ mustChange: false });
  });

  it('cost a full verification for a name that nobody bears', async () => {
    const hashes: string[] = [];
    const queue = boundedQueue(1, 10, 1);
    const counting = { run: <T>(task: () => Promise<T>): Promise<T> => (hashes.push('one'), queue.run(task)) };
    const hashing = await openPasswordHashing(counting, systemRandom, CHEAP);
    const local = createLocalAuthority(r.store, r.clock, systemRandom, hashing);
    hashes.length = 0;
    await local.verify(anna, 'wrong password');
    const known = hashes.length;
    hashes.length = 0;
    await local.verifyNobody('wrong password', 'nobody');
    expect(hashes.length).to.equal(known).and.equal(1);
  });

  it('answer busy instead of stalling when more people sign in than can be hashed for', async () => {
    const queue = boundedQueue(1, 4, 2);
    const hashing = await openPasswordHashing(queue, systemRandom, CHEAP);
    const local = createLocalAuthority(r.store, r.clock, systemRandom, hashing);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => local.verify(anna, OLD)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).to.be.greaterThan(0);
    for (const { reason } of refused) expect(reason).to.include({ code: 'busy', retryAfter: 2 });
    const served = results.filter((result) => result.status === 'fulfilled');
    expect(served.length).to.be.at.least(5);
    for (const { value } of served) expect(value).to.deep.equal({ outcome: 'right' });
    expect(await local.verify(anna, OLD)).to.deep.equal({ outcome: 'right' });
  });

  it('are asked of the authority that the person has, and of no other', async () => {
    const berta = await r.person({ userName: 'berta', authority: 'corp' }, OLD);
    const found = await r.directory.accounts.byId(berta.id);
    if (!found) throw new Error('berta is not there');
    expect(await rejection(r.directory.passwords.verify(found, OLD))).to.include({ code: 'unavailable' });
    const corp = { ...r.directory.local, verify: () => Promise.resolve({ outcome: 'locked' } as const) };
    const passwords = passwordsByAuthority(r.directory.people, { local: r.directory.local, corp });
    expect(await passwords.verify(found, OLD)).to.deep.equal({ outcome: 'locked' });
    expect(await passwords.verify(anna, OLD)).to.deep.equal({ outcome: 'right' });
    for (const authority of ['__proto__', 'constructor', 'toString']) {
      const odd = await r.person({ userName: authority, authority });
      const one = await r.directory.accounts.byId(odd.id);
      if (!one) throw new Error('nobody there');
      expect(await rejection(passwords.verify(one, OLD)), authority).to.include({ code: 'unavailable' });
    }
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemRandom } from '../../src/kernel/random.ts';
import { openSecrets } from '../../src/kernel/secrets.ts';
import { signInCollections } from '../../src/sign-in/collections.ts';
import { createSignInGuard, signInGuards, type Admission, type Attempt } from '../../src/sign-in/guard.ts';
import type { SignInGuard } from '../../src/sign-in/guard.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { testClock, type TestClock } from '../support/clock.ts';
import { distant } from '../support/distant-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the guard of sign-ins', () => {
  let folder: string;
  let clock: TestClock;
  let store: Store;
  let guard: SignInGuard;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-guard-'));
    clock = testClock();
    const secrets = openSecrets([{ id: 'test', bytes: Buffer.alloc(32, 7) }], Buffer.alloc(32, 9), systemRandom);
    const url = `sqlite:${join(folder, 'store.db')}`;
    store = distant(await openStore({ url, collections: signInCollections, migrations: [], clock }));
    guard = createSignInGuard(store, secrets, clock, { attempts: 10, pause: MINUTE, longestPause: HOUR });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  /** Alice's account, tried by strangers unless a known browser is given. */
  const attempt = (password: string, more: Partial<Attempt> = {}): Attempt => ({
    typedName: 'alice',
    ...('typedName' in more ? {} : { accountId: 'a' }),
    password,
    ...more,
  });
  const tryMany = async (count: number, more: Partial<Attempt> = {}): Promise<Admission[]> => {
    const admissions = [];
    for (let at = 0; at < count; at += 1) admissions.push(await guard.admit(attempt(`wrong ${String(at)}`, more)));
    return admissions;
  };
  const kinds = (admissions: readonly Admission[]): string[] => admissions.map(({ kind }) => kind);

  it('pauses a name for a minute after ten wrong passwords', async () => {
    expect(new Set(kinds(await tryMany(10)))).to.deep.equal(new Set(['admitted']));
    expect(await guard.admit(attempt('another'))).to.deep.equal({ kind: 'paused', until: clock.now() + MINUTE });
    clock.advance(MINUTE);
    expect(await guard.admit(attempt('another'))).to.include({ kind: 'admitted' });
  });

  it('pauses twice as long after each further wrong password, and never longer than an hour', async () => {
    await tryMany(10);
    const pauses = [];
    for (let at = 0; at < 9; at += 1) {
      const paused = await guard.admit(attempt('not evaluated'));
      if (paused.kind !== 'paused') throw new Error(`attempt ${String(at)} was ${paused.kind}`);
      pauses.push((paused.until - clock.now()) / MINUTE);
      clock.advance(paused.until - clock.now());
      await guard.admit(attempt(`further ${String(at)}`));
    }
    expect(pauses).to.deep.equal([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('lets two hundred tries at once be no more than ten', async () => {
    const tries = Array.from({ length: 200 }, (_none, at) => guard.admit(attempt(`wrong ${String(at)}`)));
    const admissions = await Promise.all(tries);
    expect(kinds(admissions).filter((kind) => kind === 'admitted')).to.have.length(10);
  }).timeout(120_000);

  it('counts the same wrong password once, however it is typed', async () => {
    for (let at = 0; at < 30; at += 1) await guard.admit(attempt(at % 2 === 0 ? 'pa\u0308ssword' : 'pässword'));
    expect(await guard.admit(attempt('another'))).to.include({ kind: 'admitted' });
  });

  it('counts a name that nobody bears as it counts one that somebody does', async () => {
    const nobody = { typedName: 'nobody' };
    const timeline = async (more: object): Promise<unknown[]> => {
      const admissions = await tryMany(12, more);
      return admissions.map((admission) => [admission.kind, 'until' in admission ? admission.until : undefined]);
    };
    expect(await timeline(nobody)).to.deep.equal(await timeline({}));
  });

  it('counts a known browser apart from strangers, and each known browser apart from the others', async () => {
    await tryMany(10);
    expect(await guard.admit(attempt('x', { knownBrowser: 'desk' }))).to.include({ kind: 'admitted' });
    await tryMany(10, { knownBrowser: 'kiosk' });
    expect(await guard.admit(attempt('y', { knownBrowser: 'kiosk' }))).to.include({ kind: 'paused' });
    expect(await guard.admit(attempt('y', { knownBrowser: 'desk' }))).to.include({ kind: 'admitted' });
  });

  it('counts another name of the same account too, but tells nobody that the two are one', async () => {
    await tryMany(10);
    const byMail = { typedName: 'alice@example.test', accountId: 'a' };
    expect(await guard.admit(attempt('another', byMail))).to.deep.equal({ kind: 'wrong' });
    // Seen from outside it goes as for any name: the tenth wrong password begins a pause.
    const timeline = await tryMany(11, byMail);
    const until = clock.now() + MINUTE;
    expect(timeline.slice(7)).to.deep.equal([
      { kind: 'wrong' },
      { kind: 'wrong', pausedUntil: until },
      { kind: 'paused', until },
      { kind: 'paused', until },
    ]);
  });

  it('takes upper and lower case, and full width, for one name', async () => {
    for (const [at, typedName] of ['alice', 'ALICE', ' Alice ', 'ａｌｉｃｅ', 'aLICE'].entries()) {
      await guard.admit(attempt(`a ${String(at)}`, { typedName }));
      await guard.admit(attempt(`b ${String(at)}`, { typedName }));
    }
    expect(await guard.admit(attempt('c', { typedName: 'alice' }))).to.include({ kind: 'paused' });
  });

  it('forgets with a right password what was counted where it was typed, and nothing else', async () => {
    await tryMany(9, { knownBrowser: 'desk' });
    await tryMany(9);
    const right = await guard.admit(attempt('right', { knownBrowser: 'desk' }));
    if (right.kind !== 'admitted') throw new Error(right.kind);
    await store.commit(guard.cleared(right.counters));
    expect(kinds(await tryMany(10, { knownBrowser: 'desk' }))).to.not.include('paused');
    expect(await guard.admit(attempt('tenth'))).to.have.property('pausedUntil');
  });

  it('forgets everything about a person when told so, as after a reset', async () => {
    await tryMany(10);
    await tryMany(10, { knownBrowser: 'desk' });
    await store.commit(await guard.clearing('a'));
    expect(await guard.admit(attempt('x'))).to.include({ kind: 'admitted' });
    expect(await guard.admit(attempt('x', { knownBrowser: 'desk' }))).to.include({ kind: 'admitted' });
  });

  it('gives an attempt back that was not evaluated after all', async () => {
    await tryMany(9);
    const tenth = await guard.admit(attempt('tenth'));
    if (tenth.kind !== 'admitted') throw new Error(tenth.kind);
    await tenth.withdraw();
    expect(await guard.admit(attempt('tenth again'))).to.include({ kind: 'admitted' });
  });

  it('forgets by itself after a quiet day', async () => {
    await tryMany(9);
    clock.advance(24 * HOUR);
    expect(await guard.admit(attempt('tenth'))).to.not.have.property('pausedUntil');
  });

  it('keeps neither name nor password', async () => {
    await guard.admit(attempt('hunter2', { typedName: 'my-password-typed-as-a-name' }));
    const kept = JSON.stringify(await store.find(signInGuards, everything));
    expect(kept).to.not.include('hunter2').and.to.not.include('my-password');
  });
});

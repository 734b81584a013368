import { expect } from 'chai';
import { flows, misses } from '../../plugins/sspr/collections.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Change, Store } from '../../src/store/port.ts';
import { eq, everything } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { world, type World } from '../support/world.ts';
import { givesCode, hasAlternateMail, startsReset } from './registering.ts';

const WRONG = '00000000';
const BLOCKED = 'Too many wrong codes for your account';

type Commit = Store['commit'];

/** What happens instead of a commit that does something to wrong answers; the next such does what it should. */
interface Mishap {
  on?: Extract<Change['kind'], 'insert' | 'take'>;
  happens: (commit: Commit, changes: readonly Change[], store: Store) => Promise<unknown>;
}

const mishap = (): { readonly next: Mishap; wrapStore(store: Store): Store } => {
  const next: Mishap = { happens: () => Promise.resolve() };
  return {
    next,
    wrapStore(store) {
      const commit: Commit = async (changes) => {
        const plain: Commit = (all) => store.commit(all);
        if (!changes.some(({ kind, in: { name } }) => name === misses.name && kind === next.on)) return plain(changes);
        delete next.on;
        return (await next.happens(plain, changes, store)) as Awaited<ReturnType<Commit>>;
      };
      return new Proxy(store, {
        get(target, name): unknown {
          if (name === 'commit') return commit;
          const member: unknown = Reflect.get(target, name);
          return typeof member === 'function' ? (member.bind(target) as unknown) : member;
        },
      });
    },
  };
};

const stranger = async (w: World, name: string): Promise<HttpBrowser> => {
  const browser = w.browser();
  await startsReset(w, browser, name);
  await w.settle();
  return browser;
};

const guesses = async (browser: HttpBrowser, times: number): Promise<void> => {
  for (let count = 0; count < times; count += 1) await givesCode(browser, WRONG);
};

const mailsOfBlock = async (person: Person): Promise<number> =>
  (await person.inbox()).mails.filter(({ subject }) => subject === BLOCKED).length;

const eventsOf = async (w: World, type: string) =>
  (await w.app.foundation.store.find(auditEvents, eq('type', type), { limit: 1000 })).docs;

const broken = (): Promise<never> => Promise.reject(new Error('the process ended here'));

onEveryEngine('a wrong answer', (engine) => {
  it('leads to one block and one mail, also when the job breaks down before or after it was begun', async () => {
    const { next, wrapStore } = mishap();
    await using w = await world({ store: engine, surroundings: { wrapStore } });
    for (const happens of [
      broken,
      async (commit: Commit, changes: readonly Change[]) => {
        await commit(changes);
        return broken();
      },
    ]) {
      const person = await w.person('alice');
      await hasAlternateMail(w, person);
      const browser = await stranger(w, person.userName);
      await guesses(browser, 4);
      await w.settle();
      Object.assign(next, { on: 'take', happens });
      await guesses(browser, 1);
      await w.settle();
      expect(next.on).to.equal(undefined);
      await w.later(MINUTE);
      expect(await mailsOfBlock(person)).to.equal(1);
      expect((await eventsOf(w, 'reset.blocked')).filter(({ subject }) => subject === person.id)).to.have.length(1);
      expect(await w.app.foundation.store.count(misses, everything)).to.equal(0);
    }
  });

  it('that was counted and never written down leaves the block to the next answer', async () => {
    const { next, wrapStore } = mishap();
    await using w = await world({ store: engine, surroundings: { wrapStore } });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const browser = await stranger(w, 'alice');
    await guesses(browser, 4);
    Object.assign(next, { on: 'insert', happens: broken });
    await guesses(browser, 1);
    expect(browser.status).to.equal(500);
    expect(await mailsOfBlock(alice)).to.equal(0);
    await guesses(await stranger(w, 'alice'), 1);
    expect(await mailsOfBlock(alice)).to.equal(1);
  });

  it('is in the log also when its reset ended in between', async () => {
    const { next, wrapStore } = mishap();
    await using w = await world({ store: engine, surroundings: { wrapStore } });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const browser = await stranger(w, 'alice');
    await guesses(browser, 4);
    Object.assign(next, {
      on: 'insert',
      happens: async (commit: Commit, changes: readonly Change[], store: Store) => {
        await store.removeAll(flows, everything);
        return commit(changes);
      },
    });
    await guesses(browser, 1);
    expect((await eventsOf(w, 'reset.failed')).filter(({ reason }) => reason === 'wrong')).to.have.length(5);
    expect(await mailsOfBlock(alice)).to.equal(1);
  });

  it('is told of with the time and the place where it was given', async () => {
    const { next, wrapStore } = mishap();
    await using w = await world({ store: engine, surroundings: { wrapStore } });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const browser = await stranger(w, 'alice');
    await guesses(browser, 4);
    await w.settle();
    const minute = new Date(w.clock.now()).toISOString().slice(14, 16);
    Object.assign(next, { on: 'take', happens: broken });
    await guesses(browser, 1);
    await w.settle();
    await w.later(7 * MINUTE);
    const { text } = (await alice.inbox()).last;
    expect(text).to.contain('Firefox');
    expect(text).to.match(new RegExp(`\\d:${minute}\\b`));
  });
});

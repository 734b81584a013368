import { expect } from 'chai';
import { flows } from '../../plugins/sspr/collections.ts';
import { liveFlows } from '../../plugins/sspr/live-flows.ts';
import type { Change, Store } from '../../src/store/port.ts';
import { onEveryEngine, type Engine } from '../support/engines.ts';
import { world, type World } from '../support/world.ts';
import { hasAlternateMail, startsReset } from './registering.ts';

/** Lets something happen once, right before somebody who was found is written into their flow. */
const beforeFinding = () => {
  const next: { happens?: () => Promise<unknown> } = {};
  const finds = (one: Change): boolean =>
    one.kind === 'swap' &&
    one.in.name === flows.name &&
    (one.doc as { challenges?: unknown[] }).challenges?.length === 1;
  const wrapStore = (store: Store): Store =>
    new Proxy(store, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'commit') return member.bind(target) as unknown;
        return async (changes: readonly Change[]) => {
          const { happens } = next;
          if (happens && changes.some(finds)) {
            delete next.happens;
            await happens();
          }
          return store.commit(changes);
        };
      },
    });
  return { next, wrapStore };
};

onEveryEngine('Two nodes that find the same person at once', (engine) => {
  it('leave three flows open, not four', async () => {
    let url: string | undefined;
    const shared: Engine = { ...engine, url: async (folder) => (url ??= await engine.url(folder)) };
    const config = { masterKey: 'env:MASTER_KEY' };
    const { next, wrapStore } = beforeFinding();
    await using one = await world({ store: shared, config, surroundings: { wrapStore } });
    await using other = await world({ store: shared, config });
    const alice = await one.person('alice');
    await hasAlternateMail(one, alice);

    const begins = async (w: World, settles: boolean): Promise<void> => {
      await startsReset(w, w.browser(), 'alice');
      if (settles) await w.settle();
    };
    await begins(one, true);
    await begins(other, true);
    let came = false;
    next.happens = async () => {
      came = true;
      await begins(other, true);
    };
    await begins(one, true);
    expect(came, 'the other node was in between').to.equal(true);
    expect(await liveFlows(one.app.foundation.store, alice.id)).to.have.length(3);
  });
});

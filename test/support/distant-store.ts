import type { Store } from '../../src/store/port.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const VERBS: ReadonlySet<string | symbol> = new Set([
  'get',
  'find',
  'count',
  'insert',
  'insertMany',
  'swap',
  'take',
  'increment',
  'remove',
  'removeAll',
  'commit',
  'claim',
]);

/**
 * The same store, as if it were on another machine: other requests run before and after each verb. The embedded engine
 * alone answers so fast that requests at once hardly ever meet.
 *
 * @param before what else happens before a verb
 */
export const distant = (store: Store, before: () => Promise<void> = turn): Store =>
  new Proxy(store, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (!VERBS.has(name)) return member.bind(target);
      return async (...given: unknown[]): Promise<unknown> => {
        await before();
        const result: unknown = await Reflect.apply(member, target, given);
        await turn();
        return result;
      };
    },
  });

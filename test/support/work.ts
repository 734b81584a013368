import { AsyncLocalStorage } from 'node:async_hooks';
import type { PasswordHashing } from '../../src/directory/password-hashing.ts';
import type { Surroundings } from '../../src/foundation.ts';
import type { Change, Collection, Store } from '../../src/store/port.ts';

/** Stands where work can be seen and counted: everything a request has done by its answer, without that of jobs. */
export interface Work {
  readonly surroundings: Pick<Surroundings, 'wrapStore' | 'wrapHashing'>;
  /** What was done beside jobs, one step each: a store's verb with its collections, or a slow hash. */
  during(act: () => Promise<unknown>): Promise<readonly string[]>;
}

type Verb = (...given: unknown[]) => unknown;

const stepOf = (verb: string, [first]: readonly unknown[]): string => {
  if (verb !== 'commit') return first === undefined ? verb : `${verb} ${(first as Collection).name}`;
  return `commit ${(first as readonly Change[]).map(({ kind, in: { name } }) => `${kind} ${name}`).join(', ')}`;
};

/** The same object, with every call of a method seen just before it. */
const seen = <T extends object>(object: T, see: (method: string, given: readonly unknown[]) => void): T =>
  new Proxy(object, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || typeof name === 'symbol') return member;
      return (...given: unknown[]): unknown => {
        see(name, given);
        return Reflect.apply(member as Verb, target, given);
      };
    },
  });

export const countedWork = (): Work => {
  const inJob = new AsyncLocalStorage<true>();
  let steps: string[] = [];
  const note = (step: string): void => {
    if (!inJob.getStore()) steps.push(step);
  };
  return {
    surroundings: {
      wrapStore: (store: Store) =>
        seen(store, (verb, given) => {
          // A job begins by claiming its item; what it does from there on is no part of any request.
          if (verb === 'claim') inJob.enterWith(true);
          note(stepOf(verb, given));
        }),
      wrapHashing: (hashing: PasswordHashing) =>
        seen(hashing, (method) => {
          // One hash each; which of them tells nobody anything.
          if (['hash', 'verify', 'verifyNothing'].includes(method)) note('slow hash');
        }),
    },
    async during(act) {
      steps = [];
      await act();
      const done = steps;
      steps = [];
      return done;
    },
  };
};

import type { Change, Collection, Store } from '../../src/store/port.ts';

export class Killed extends Error {}

export type IsLast = (verb: string, first: unknown) => boolean;

/** A store whose process dies at a write: nothing that it would have written from then on is there. */
export const dyingAt = (isLast: IsLast): ((store: Store) => Store) => {
  let dead = false;
  return (store) =>
    new Proxy(store, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || name === 'close') return member;
        return (...given: unknown[]): unknown => {
          dead ||= isLast(String(name), given[0]);
          if (dead) return Promise.reject(new Killed('killed'));
          return Reflect.apply(member as (...all: unknown[]) => unknown, target, given);
        };
      },
    });
};

/** Where a process may die that writes to a directory, by the collection in which it writes down what it is about to do. */
export const placesOf = ({ name }: Collection) => {
  const on =
    (wanted: string): IsLast =>
    (verb, first) =>
      verb === wanted && (first as Collection).name === name;
  const begins = on('insert');
  return {
    /** Before it is written down. */
    begins,
    /** Once it is, and before anything leaves. */
    sends(): IsLast {
      let begun = false;
      return (verb, first) => {
        begun ||= begins(verb, first);
        return begun && verb === 'durable';
      };
    },
    /** The directory has answered, and nobody has noted it. */
    notes: on('swap'),
    /** It is noted, and nothing that belongs to it is there. */
    settles: ((verb, first) =>
      verb === 'commit' &&
      (first as readonly Change[]).some((one) => one.kind === 'take' && one.in.name === name)) satisfies IsLast,
  };
};

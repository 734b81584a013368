import type { Store } from '../../src/store/port.ts';

type Verb = (...given: unknown[]) => unknown;

/** What leaves nothing behind. Every other member of the port counts, also one that there is not yet. */
const READS: ReadonlySet<string> = new Set([
  'get',
  'getMany',
  'getManyFields',
  'find',
  'findFields',
  'count',
  'watch',
  'durable',
  'close',
]);

/** What says by its result that nothing was written. */
const WITHOUT_EFFECT: Readonly<Record<string, unknown>> = {
  take: undefined,
  increment: undefined,
  claim: undefined,
  remove: false,
  removeAll: 0,
};

interface Named {
  readonly name: string;
}

interface Step {
  readonly kind: string;
  readonly in: Named;
}

const nameOf = (verb: string, [first]: readonly unknown[]): string => {
  if (verb !== 'commit') return `${verb} ${(first as Named).name}`;
  // Each once: a commit is one boundary, however much is in it.
  const steps = new Set((first as readonly Step[]).map((step) => `${step.kind} ${step.in.name}`));
  return `commit ${[...steps].join(', ')}`;
};

const wrote = (verb: string, result: unknown): boolean =>
  !Object.hasOwn(WITHOUT_EFFECT, verb) || result !== WITHOUT_EFFECT[verb];

const never = (): Promise<never> => new Promise(() => undefined);

/**
 * The boundaries between what a process leaves behind: each write to its store, and each answer that tells somebody of
 * writes. A process that dies leaves the same wherever between two of them it does.
 */
export interface Boundaries {
  /** The store, with every call seen. */
  wrap(store: Store): Store;
  /** An answer has left that tells somebody of writes. */
  answered(what: string): void;
  /** Names boundaries from now on, and stands still at the one of this name; goes through without one. */
  begin(at?: string): void;
  /** Nothing that is done from now on leaves anything behind. */
  standStill(): void;
  /** Those that were passed since then. No two have the same name, and jobs that run side by side change none. */
  readonly passed: readonly string[];
}

/**
 * @param arrived called with its name when the boundary is reached at which everything stands still
 * @param written called for every write, in the context of what wrote
 */
export const createBoundaries = (arrived: (name: string) => void, written: () => void): Boundaries => {
  let still = false;
  let counting = false;
  let target: string | undefined;
  const passed: string[] = [];
  const times = new Map<string, number>();

  const pass = (what: string): void => {
    if (!counting || still) return;
    const time = (times.get(what) ?? 0) + 1;
    times.set(what, time);
    const name = `${what} (${String(time)})`;
    passed.push(name);
    if (name !== target) return;
    still = true;
    arrived(name);
  };

  const watched =
    (verb: string, call: Verb): Verb =>
    (...given) => {
      if (still && verb !== 'close') return never();
      if (READS.has(verb)) return call(...given);
      return (async () => {
        const result = await call(...given);
        if (wrote(verb, result)) {
          written();
          pass(nameOf(verb, given));
        }
        return still ? never() : result;
      })();
    };

  return {
    passed,
    wrap: (store) =>
      new Proxy(store, {
        get(target, name): unknown {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function' || typeof name === 'symbol') return member;
          return watched(name, (...given) => Reflect.apply(member as Verb, target, given));
        },
      }),
    answered(what) {
      pass(`answer ${what}`);
    },
    begin(at) {
      counting = true;
      target = at;
    },
    standStill() {
      still = true;
    },
  };
};

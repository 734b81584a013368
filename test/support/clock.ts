import type { Clock } from '../../src/kernel/clock.ts';

export interface TestClock extends Clock, Disposable {
  /** Moves the time of day forward by so many milliseconds; timers keep running on real time. */
  advance(milliseconds: number): void;
  /** From now on the process's `Date` tells this clock's time, until the clock is disposed of. */
  install(): void;
}

/** Later than any real day this runs on, so that a cookie's expiry date lies ahead for a real browser too. */
const START = Date.UTC(2040, 2, 1, 9);

/**
 * A `Date` whose "now" is asked for instead of read from the system. The prototype is the real one, so `instanceof`,
 * BSON and structured clones see ordinary dates.
 */
const dateTelling = (real: DateConstructor, now: () => number): DateConstructor => {
  const telling: DateConstructor = new Proxy(real, {
    construct: (target, given: unknown[], newTarget) =>
      Reflect.construct(
        target,
        given.length === 0 ? [now()] : given,
        newTarget === telling ? target : newTarget,
      ) as Date,
    apply: (target) => new target(now()).toString(),
    get: (target, key, receiver): unknown => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  return telling;
};

/** One value for the kernel's clock and, once installed, for libraries that read `Date` themselves. */
export const testClock = (start = START): TestClock => {
  let time = start;
  let undo: (() => void) | undefined;
  const uninstall = (): void => {
    undo?.();
    undo = undefined;
  };

  return {
    now: () => time,
    advance(milliseconds) {
      if (milliseconds < 0) throw new RangeError('time only goes forward');
      time += milliseconds;
    },
    install() {
      if (undo) return;
      const real = globalThis.Date;
      const telling = dateTelling(real, () => time);
      globalThis.Date = telling;
      undo = () => {
        if (globalThis.Date !== telling) throw new Error('another clock was installed and is still there');
        globalThis.Date = real;
      };
    },
    [Symbol.dispose]: uninstall,
  };
};

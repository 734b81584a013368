import { expect } from 'chai';
import { boundedQueue } from '../../src/kernel/bounded-queue.ts';
import { AppError } from '../../src/kernel/errors.ts';

/** A task that stays at work until it is let go. */
const held = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let begun = false;
  return {
    task: () => {
      begun = true;
      return promise;
    },
    begun: () => begun,
    release: resolve,
    fail: reject,
  };
};

const busy = async (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('a bounded queue', () => {
  it('runs so many at once, lets so many wait, and answers the next busy with the time to come back', async () => {
    const queue = boundedQueue(2, 1, 3);
    const [first, second, third] = [held(), held(), held()];
    const running = [first, second, third].map(({ task }) => queue.run(task));
    const fourth = held();

    const refused = await busy(queue.run(fourth.task));
    expect(refused).to.be.instanceOf(AppError).and.include({ code: 'busy', retryAfter: 3 });
    expect(fourth.begun()).to.equal(false);
    expect([first.begun(), second.begun(), third.begun()]).to.deep.equal([true, true, false]);

    first.release('done');
    expect(await running[0]).to.equal('done');
    expect(third.begun()).to.equal(true);
    second.release('');
    third.release('');
    await Promise.all(running);
  });

  it('serves those who wait in the order in which they came', async () => {
    const queue = boundedQueue(1, 10, 1);
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        queue.run(() => {
          order.push(n);
          return Promise.resolve();
        }),
      ),
    );
    expect(order).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('goes on after a task that failed', async () => {
    const queue = boundedQueue(1, 1, 1);
    const [first, second] = [held(), held()];
    const results = [busy(queue.run(first.task)), queue.run(second.task)];
    first.fail(new Error('no'));
    second.release('yes');
    expect(await results[1]).to.equal('yes');
    expect(await queue.run(() => Promise.resolve('again'))).to.equal('again');
  });
});

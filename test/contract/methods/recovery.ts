import { recoveryMethod } from '../../../plugins/sspr/methods/recovery.ts';
import { inGroups } from '../../../plugins/sspr/methods/written-code.ts';
import type { MethodFixture } from '../method.ts';
import { ports, question } from './ports.ts';
import type { DataOf } from './ports.ts';
import { watched } from './written-codes.ts';

export type RecoveryFixture = MethodFixture<DataOf<ReturnType<typeof recoveryMethod>>> & {
  /** The codes of the list that was made last, as they were drawn. */
  readonly codes: readonly string[];
};

/** Ten codes on paper, watched as they are drawn. */
export const recovery = async (): Promise<RecoveryFixture> => {
  const all = await ports();
  const { random, drawn } = watched(all.random);
  return {
    method: recoveryMethod({ ...all, random }),
    enrolling: {},
    nonsense: [],
    get codes() {
      return drawn().slice(-10);
    },
    get secrets() {
      return [...drawn(), ...drawn().map(inGroups)];
    },
    question,
    confirming: () => ({}),
    answer: () => ({ code: drawn().at(-1) }),
    later: (milliseconds) => {
      all.clock.advance(milliseconds);
    },
  };
};

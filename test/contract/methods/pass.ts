import { HOUR } from '../../../src/kernel/clock.ts';
import { newPass, passMethod } from '../../../plugins/sspr/methods/pass.ts';
import type { Pass } from '../../../plugins/sspr/methods/pass.ts';
import type { MethodFixture } from '../method.ts';
import { ports, question } from './ports.ts';
import { watched } from './written-codes.ts';

/** A pass for one gate, good for an hour. */
export const pass = async (): Promise<MethodFixture<Pass>> => {
  const all = await ports();
  const { random, drawn } = watched(all.random);
  return {
    method: passMethod({ ...all, hours: 1, offered: true }),
    enrolling: {},
    given: () => newPass({ random, secrets: all.secrets }, 'gate', all.clock.now() + HOUR).data,
    get secrets() {
      return drawn();
    },
    question,
    answer: () => ({ pass: drawn().at(-1) }),
    later: (milliseconds) => {
      all.clock.advance(milliseconds);
    },
  };
};

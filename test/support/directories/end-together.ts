import type { Socket } from 'node:net';

/** Two ends of one connection: whoever is killed resets what was open, and the other side only has to hear of it. */
export const endTogether = (one: Socket, other: Socket): void => {
  for (const [ended, left] of [
    [one, other],
    [other, one],
  ] as const) {
    ended.on('error', () => left.destroy());
    ended.on('close', () => left.destroy());
  }
};

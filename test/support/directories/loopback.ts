import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const START_MS = 60_000;

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => {
        resolve(false);
      })
      .listen(port, host, () => {
        server.close(() => {
          resolve(true);
        });
      });
  });

/** One of the sixteen million addresses of loopback (RFC 1122 section 3.2.1.3) on which nobody has these ports. */
export const freeAddress = async (ports: readonly number[]): Promise<string> => {
  for (;;) {
    const host = `127.${String(randomInt(1, 255))}.${String(randomInt(1, 255))}.${String(randomInt(1, 255))}`;
    const free = await Promise.all(ports.map((port) => isFree(host, port)));
    if (free.every(Boolean)) return host;
  }
};

export const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .once('error', () => {
        resolve(false);
      });
  });

/** Resolves once a server that was started listens, or one that was killed does not. */
export const untilListening = async (host: string, port: number, listening: boolean): Promise<void> => {
  const late = AbortSignal.timeout(START_MS);
  while ((await answers(host, port)) !== listening) {
    if (late.aborted) throw new Error(`${host}:${String(port)} does not ${listening ? 'listen' : 'end'}`);
    await pause(20);
  }
};

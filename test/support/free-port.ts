import { createServer } from 'node:net';
import type { Server } from 'node:net';

// Below what systems give out by themselves, to clients and to who listens on port 0: between the look at a port and
// its use, as many of those come and go as there are connections. Processes of a run look in blocks of their own.
const FIRST = 20_000;
const BLOCK = 1000;
const BLOCKS = 12;

let looked = 0;
let block: Promise<number> | undefined;

const listening = (port: number, host: string): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => {
        resolve(undefined);
      })
      .listen(port, host, () => {
        resolve(server);
      });
  });

const isFree = async (port: number, host: string): Promise<boolean> => {
  const server = await listening(port, host);
  if (server) await new Promise((resolve) => server.close(resolve));
  return server !== undefined;
};

/**
 * A block is a process's own for as long as that listens on the port which stands for it: two that began at once in
 * the same block would look at the same ports at the same time, and both find them free.
 */
const ownBlock = async (): Promise<number> => {
  for (let tries = 0; tries < BLOCKS; tries += 1) {
    const own = (process.pid + tries) % BLOCKS;
    const held = await listening(FIRST - BLOCKS + own, '127.0.0.1');
    held?.unref();
    if (held) return own;
  }
  // More processes than blocks: then a port may be taken between the look and its use.
  return process.pid % BLOCKS;
};

/** A loopback port that nobody listens on at the moment, and that no other test is given. */
export const freePort = async (): Promise<number> => {
  block ??= ownBlock();
  const first = FIRST + (await block) * BLOCK;
  for (let tries = 0; tries < BLOCK; tries += 1) {
    const port = first + (looked % BLOCK);
    looked += 1;
    // On a machine with IPv6 the two are not the same.
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, 'localhost'))) return port;
  }
  throw new Error(`no port is free from ${String(first)} on`);
};

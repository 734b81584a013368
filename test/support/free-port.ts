import { createServer } from 'node:net';

// Below what systems give out by themselves, to clients and to who listens on port 0: between the look at a port and
// its use, as many of those come and go as there are connections. Processes of a run look in blocks of their own.
const FIRST = 20_000;
const BLOCK = 1000;
const BLOCKS = 12;

let looked = 0;

const isFree = (port: number, host: string): Promise<boolean> =>
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

/** A loopback port that nobody listens on at the moment, and that no other test is given. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < BLOCK; tries += 1) {
    const port = FIRST + (process.pid % BLOCKS) * BLOCK + (looked % BLOCK);
    looked += 1;
    // On a machine with IPv6 the two are not the same.
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, 'localhost'))) return port;
  }
  throw new Error(`no port is free from ${String(FIRST)} on`);
};

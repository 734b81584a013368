import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SECOND } from '../kernel/clock.ts';

/** Bounds on how long one client may hold a connection and how much it may send before it is heard. */
export interface ServerBounds {
  /** Milliseconds for the headers of a request to arrive. */
  readonly headersTimeout: number;
  /** Milliseconds for a whole request, its body included, to arrive. */
  readonly requestTimeout: number;
  /** Milliseconds an idle connection is kept for the next request. */
  readonly keepAliveTimeout: number;
  /** Bytes of all headers together; more is answered with 431. */
  readonly maxHeaderSize: number;
  /** Milliseconds between two looks at the time-outs above. */
  readonly connectionsCheckingInterval: number;
}

export const SERVER_BOUNDS: ServerBounds = {
  headersTimeout: 10 * SECOND,
  requestTimeout: 20 * SECOND,
  keepAliveTimeout: 65 * SECOND,
  maxHeaderSize: 16 * 1024,
  connectionsCheckingInterval: 5 * SECOND,
};

/** How long running requests may take to finish when the server stops. */
const GRACE = 10 * SECOND;

export interface RunningServer {
  readonly port: number;
  /** Takes no more connections, lets running requests finish, then ends what is left. */
  stop(): Promise<void>;
}

const listening = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const impatience = setTimeout(() => {
      server.closeAllConnections();
    }, GRACE);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    server.closeIdleConnections();
  });

/**
 * @param port 0 for any free one
 * @throws the error of Node (`EADDRINUSE`, `EACCES`, …) when it cannot listen
 */
export const startServer = async (
  listener: (req: IncomingMessage, res: ServerResponse) => void | Promise<void>,
  port: number,
  host: string,
  bounds: ServerBounds = SERVER_BOUNDS,
): Promise<RunningServer> => {
  let stopping = false;
  const server = createServer(bounds, (req, res) => {
    // Connections are kept for the next request; when the server stops, none is to come.
    res.once('finish', () => {
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
    void listener(req, res);
  });
  await listening(server, port, host);
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      stopping = true;
      return close(server);
    },
  };
};

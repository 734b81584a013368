import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { freePort } from '../free-port.ts';
import { numberedMessages } from './tls-records.ts';

const HOST = '127.0.0.1';

interface Reset {
  /** The first message that a client sends on a connection after TLS has been agreed on is 1. */
  readonly atMessage: number;
  /** True: the server has got it and answered, and the answer is lost. False: it never got there. */
  readonly delivered: boolean;
}

type Mood = { readonly does: 'relay' | 'hang' | 'babble' } | ({ readonly does: 'reset' } & Reset);

/** A TCP relay in front of a server of LDAPS, which sees no more than records of TLS, and can be made to misbehave. */
export interface UnrulyProxy {
  readonly port: number;
  readonly ldapsUrl: string;
  /** How many connections of clients are open. */
  connections(): number;
  /** Relays, also what was held back. */
  behave(): void;
  /** Accepts and says nothing; what is sent either way is held back. */
  hang(): void;
  /** From the next connection on, resets each at a message. */
  resetAt(reset: Reset): void;
  /** Answers with what is no TLS, and puts it into what is being said. */
  babble(): void;
  /** Milliseconds by which answers come later. For benches: a test waits for nobody. */
  delay(ms: number): void;
  /** Resets what is open and refuses what comes, until {@link accept}. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

const GARBAGE = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n\0\x30\x84\xff\xff\xff\xff', 'latin1');

/** One client's connection and its twin to the server. */
const relay = (
  client: Socket,
  server: Socket,
  mood: () => Mood,
  latency: () => number,
): { flush(): void; reset(): void } => {
  const records = numberedMessages();
  // Settled at the start: a connection is reset by what was asked for when it was opened.
  const first = mood();
  let answerIsLost = false;
  let held: (() => void)[] = [];
  const reset = (): void => {
    client.resetAndDestroy();
    server.destroy();
  };
  const soonOrLater = (act: () => void): void => {
    if (mood().does === 'hang') held.push(act);
    else act();
  };

  const fromClient = ({ record, message }: { readonly record: Buffer; readonly message: number }): void => {
    if (first.does === 'reset' && message === first.atMessage) {
      if (!first.delivered) {
        reset();
        return;
      }
      answerIsLost = true;
    }
    server.write(record);
  };
  const fromServer = (bytes: Buffer): void => {
    if (answerIsLost) reset();
    else client.write(bytes);
  };

  client.on('data', (bytes) => {
    if (mood().does === 'babble') client.write(GARBAGE);
    else
      soonOrLater(() => {
        records(bytes).forEach(fromClient);
      });
  });
  server.on('data', (bytes) => {
    soonOrLater(() => {
      if (latency() === 0) fromServer(bytes);
      else setTimeout(fromServer, latency(), bytes);
    });
  });
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    // A reset is what a proxy is asked for, and its other side only has to hear of it.
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
  return {
    reset,
    flush() {
      const now = held;
      held = [];
      for (const act of now) act();
    },
  };
};

export const startUnrulyProxy = async (target: {
  readonly host: string;
  readonly port: number;
}): Promise<UnrulyProxy> => {
  let mood: Mood = { does: 'relay' };
  let latency = 0;
  const open = new Set<ReturnType<typeof relay>>();
  const port = await freePort();
  const server = createServer((client) => {
    const one = relay(
      client,
      connect(target.port, target.host),
      () => mood,
      () => latency,
    );
    open.add(one);
    client.once('close', () => open.delete(one));
  });
  const accept = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject).listen(port, HOST, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const refuse = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const one of open) one.reset();
    });
  await accept();
  return {
    port,
    ldapsUrl: `ldaps://${HOST}:${String(port)}`,
    connections: () => open.size,
    behave() {
      mood = { does: 'relay' };
      for (const one of open) one.flush();
    },
    hang() {
      mood = { does: 'hang' };
    },
    resetAt(reset) {
      mood = { does: 'reset', ...reset };
    },
    babble() {
      mood = { does: 'babble' };
    },
    delay(ms) {
      latency = ms;
    },
    refuse,
    accept,
    close: refuse,
  };
};

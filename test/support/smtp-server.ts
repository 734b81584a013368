import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

export interface SmtpServer extends AsyncDisposable {
  readonly port: number;
}

/** Takes a whole message; an error refuses it with its `responseCode`. */
type Take = (raw: Buffer, session: SMTPServerSession) => Promise<Error | undefined>;

interface Greeting {
  connectionReady(): void;
}

/** The library greets after 100 ms, to catch clients that talk before it: many a test would wait for nothing else. */
const greetAtOnce = (server: SMTPServer): void => {
  const { connections } = server as unknown as { readonly connections: Set<Greeting> };
  const add = connections.add.bind(connections);
  connections.add = (connection) => {
    const greet = connection.connectionReady.bind(connection);
    connection.connectionReady = () => undefined;
    setImmediate(greet);
    return add(connection);
  };
};

/** A real SMTP server on loopback. */
export const startSmtpServer = async (
  take: Take,
  { port = 0, ...options }: Omit<SMTPServerOptions, 'onData'> & { readonly port?: number } = {},
): Promise<SmtpServer> => {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    ...options,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        take(Buffer.concat(chunks), session).then(done, done);
      });
    },
  });
  greetAtOnce(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Of the connections: a client that is killed within a mail resets its own where an answer lay unread. The library
  // tells of it here, and with nobody to hear it would end the process.
  server.on('error', () => undefined);
  return {
    port: (server.server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
};

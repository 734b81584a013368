import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import { messageOf } from './answers.ts';
import { Malformed } from './ber.ts';
import { LdapFailure } from './failure.ts';
import { frames } from './frames.ts';
import { errorCode, kindOf } from './socket-errors.ts';
import type { LdapServer } from './ldap.ts';
import type { Requests } from './requests.ts';

export interface Trust {
  /** Throws for authorities that cannot be read. */
  context(): SecureContext;
  /** Name that the certificate must have instead of the server's host. */
  readonly serverName?: string;
}

/**
 * For all connections of a directory: given the authorities, each would read their certificates anew.
 *
 * @param ca PEM; the authorities of Node when left out
 */
export const trustIn = (ca: string | undefined, serverName: string | undefined): Trust => {
  let made: SecureContext | undefined;
  return {
    context: () => (made ??= createSecureContext({ minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) })),
    ...(serverName === undefined ? {} : { serverName }),
  };
};

const START_TLS = '1.3.6.1.4.1.1466.20037';

const failureOf = (error: Error, { url }: LdapServer): LdapFailure =>
  error instanceof LdapFailure
    ? error
    : new LdapFailure(kindOf(error), `${errorCode(error)}: ${error.message}`, url, { cause: error });

const tlsOptions = ({ host }: LdapServer, { context, serverName }: Trust): ConnectionOptions => {
  const name = serverName ?? host;
  return {
    // Said here, for an environment variable can otherwise take it back.
    rejectUnauthorized: true,
    secureContext: context(),
    // Names are checked against `host`, unless a name is sent; addresses must not be sent (RFC 6066 section 3).
    host: name,
    ...(isIP(name) ? {} : { servername: name }),
  };
};

/** Resolves when `start` says so, rejects when the socket ends before. Leaves no listener behind. */
const whileOpen = async <T>(
  socket: Socket,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> => {
  let failed = (_error: Error): void => undefined;
  const closed = (): void => failed(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }));
  const onError = (error: Error): void => failed(error);
  socket.on('error', onError).on('close', closed);
  try {
    return await new Promise<T>((resolve, reject) => {
      failed = reject;
      start(resolve, reject);
    });
  } finally {
    socket.off('error', onError).off('close', closed);
  }
};

const once = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  whileOpen(socket, (resolve) => socket.once(event, () => resolve()));

/** The answer to StartTLS, and not a byte more: what follows in the clear could be anybody's (RFC 4511 section 4.14). */
const startTls = (socket: Socket, requests: Requests, { url }: LdapServer): Promise<void> =>
  whileOpen(socket, (resolve, reject) => {
    const stream = frames();
    const read = (chunk: Buffer): void => {
      try {
        const [first, ...more] = stream.push(chunk);
        if (!first) return;
        socket.off('data', read);
        if (more.length > 0 || stream.isWithin) throw new Malformed('bytes after the answer to StartTLS');
        const { body } = messageOf(first);
        if (body.kind !== 'result') throw new Malformed('no answer to StartTLS');
        if (body.code === 0) resolve();
        else reject(new LdapFailure('tls', `StartTLS refused with ${body.code}: ${body.diagnostic}`, url));
      } catch (error) {
        reject(error as Error);
      }
    };
    socket.on('data', read);
    socket.write(requests.extended(START_TLS)(1));
  });

/** An error that nobody listens to ends the program, also one of a socket that was given up. */
const deaf = (): void => undefined;

const secured = async (server: LdapServer, trust: Trust, requests: Requests, opened: Socket[]): Promise<Socket> => {
  const { host, port, security } = server;
  const plain = connectTcp({ host, port, noDelay: true });
  opened.push(plain.on('error', deaf));
  await once(plain, 'connect');
  if (security === 'none') return plain;
  if (security === 'starttls') await startTls(plain, requests, server);
  const socket = connectTls({ ...tlsOptions(server, trust), socket: plain });
  opened.push(socket.on('error', deaf));
  await once(socket, 'secureConnect');
  return socket;
};

/**
 * A socket to the server on which nothing can be read or changed by others.
 *
 * @param patience milliseconds for all of it
 * @throws LdapFailure
 */
export const secureSocket = async (
  server: LdapServer,
  trust: Trust,
  requests: Requests,
  patience: number,
): Promise<Socket> => {
  const opened: Socket[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new LdapFailure('timeout', `no connection within ${patience} ms`, server.url)),
      patience,
    );
  });
  try {
    return await Promise.race([secured(server, trust, requests, opened), late]);
  } catch (error) {
    for (const socket of opened) socket.destroy();
    throw failureOf(error as Error, server);
  } finally {
    clearTimeout(timer);
  }
};

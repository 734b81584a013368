import { readFile } from 'node:fs/promises';
import type { DirectoryConfig } from '../config.ts';
import { connectionOn } from './connection.ts';
import type { Connection } from './connection.ts';
import { LdapFailure } from './failure.ts';
import type { LdapServer } from './ldap.ts';
import { measuredOn } from './measured.ts';
import type { Measuring } from './measured.ts';
import { loadRequests } from './requests.ts';
import type { Requests } from './requests.ts';
import { secureSocket, trustIn } from './secure-socket.ts';
import type { Trust } from './secure-socket.ts';

/** A new connection that nobody is bound on, with what writes requests for it. */
export interface Dialled {
  readonly connection: Connection;
  readonly requests: Requests;
}

/** Makes connections, and knows those that are open. */
export interface Dialling {
  /** Throws {@link LdapFailure}. */
  dial(server: LdapServer): Promise<Dialled>;
  closeAll(): void;
}

interface Ready {
  readonly requests: Requests;
  readonly trust: Trust;
}

/** What every connection needs, read once. */
export const prepare = async ({ ca, serverName }: DirectoryConfig): Promise<Ready> => ({
  requests: await loadRequests(),
  trust: trustIn(ca === undefined ? undefined : await readFile(ca, 'utf8'), serverName),
});

export const dialling = (config: DirectoryConfig, measure: Measuring): Dialling => {
  const open = new Set<Connection>();
  const { connect, answer } = config.timeouts;
  let ready: Promise<Ready> | undefined;
  let closed = false;

  return {
    async dial(server) {
      const { requests, trust } = await (ready ??= prepare(config));
      const socket = await measure(server, 'connect', () => secureSocket(server, trust, requests, connect));
      const connection = measuredOn(connectionOn(socket, server, requests, answer), measure);
      if (closed) {
        connection.close();
        throw new LdapFailure('unreachable', 'the program ends', server.url);
      }
      open.add(connection);
      connection.whenEnded(() => open.delete(connection));
      return { connection, requests };
    },
    closeAll() {
      closed = true;
      for (const connection of [...open]) connection.close();
    },
  };
};

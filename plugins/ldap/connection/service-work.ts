import { AppError } from '../../../src/kernel/errors.ts';
import { LdapFailure } from './failure.ts';
import type { Connection } from './connection.ts';
import type { Dialled, Dialling } from './dialling.ts';
import type { Gates } from './gates.ts';
import type { IdleConnections } from './idle-connections.ts';
import type { Ldap, LdapServer } from './ldap.ts';
import type { Requests } from './requests.ts';
import type { ServiceAccount } from './service-account.ts';

interface Lease extends Dialled {
  /** It was open already: that it fails says little of its server. */
  readonly isReused: boolean;
}

interface Parts {
  readonly name: string;
  readonly dialling: Dialling;
  readonly idle: IdleConnections;
  readonly gates: Gates;
  readonly account: ServiceAccount;
  ldapOn(connection: Connection, requests: Requests): Ldap;
}

const isOutage = (error: unknown): error is LdapFailure => error instanceof LdapFailure && error.isOutage;

/** The connection for as long as it is lent. Pages that are read on after that would be read beside others' work. */
const lent = (connection: Connection) => {
  let isOver = false;
  const guarded: Connection = {
    ...connection,
    get ended() {
      return connection.ended;
    },
    ask(request, take) {
      if (isOver) throw new AppError('internal', 'a connection to a directory was used after it was given back');
      return connection.ask(request, take);
    },
  };
  return {
    connection: guarded,
    end() {
      isOver = true;
    },
  };
};

/** Lends connections that are bound as the service account. */
export const serviceWork = ({ name, dialling, idle, gates, account, ldapOn }: Parts) => {
  const fresh = async (server: LdapServer): Promise<Lease> => {
    const dialled = await dialling.dial(server);
    try {
      await account.bind(dialled.connection, dialled.requests);
    } catch (error) {
      dialled.connection.close();
      throw error;
    }
    return { ...dialled, isReused: false };
  };

  const leaseOf = async (server: LdapServer): Promise<Lease> => {
    const dialled = idle.take(server);
    return dialled ? { ...dialled, isReused: true } : fresh(server);
  };

  /** Of the first server that answers; those that do not are taken off the list. */
  const leaseOfFirst = async (left: LdapServer[]): Promise<Lease> => {
    let last: LdapFailure | undefined;
    for (let server = left.shift(); server; server = left.shift()) {
      if (!gates.allows(server)) continue;
      try {
        const lease = await leaseOf(server);
        if (lease.isReused) left.unshift(server);
        return lease;
      } catch (error) {
        if (!isOutage(error)) throw error;
        gates.failed(server, error);
        last = error;
      }
    }
    throw last ?? new LdapFailure('unreachable', 'no server, or all are left alone for a while after failures', name);
  };

  const use = async <T>({ connection, requests }: Lease, work: (ldap: Ldap) => Promise<T>): Promise<T> => {
    const { server } = connection;
    const loan = lent(connection);
    try {
      const done = await work(ldapOn(loan.connection, requests));
      gates.succeeded(server);
      return done;
    } catch (error) {
      if (connection.ended) gates.failed(server, connection.ended);
      else gates.succeeded(server);
      throw error;
    } finally {
      loan.end();
      if (!connection.ended) idle.give({ connection, requests });
    }
  };

  return async <T>(
    servers: readonly LdapServer[],
    work: (ldap: Ldap) => Promise<T>,
    repeatable: boolean,
  ): Promise<T> => {
    const left = [...servers];
    for (;;) {
      const lease = await leaseOfFirst(left);
      try {
        return await use(lease, work);
      } catch (error) {
        if (!repeatable || !isOutage(error) || left.length === 0) throw error;
      }
    }
  };
};

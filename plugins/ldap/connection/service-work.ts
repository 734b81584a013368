import { LdapFailure } from './failure.ts';
import type { Connection } from './connection.ts';
import type { Dialling } from './dialling.ts';
import type { Gates } from './gates.ts';
import type { IdleConnections } from './idle-connections.ts';
import type { Ldap, LdapServer } from './ldap.ts';
import type { Requests } from './requests.ts';
import type { ServiceAccount } from './service-account.ts';

interface Lease {
  readonly connection: Connection;
  readonly ldap: Ldap;
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

/** Lends connections that are bound as the service account. */
export const serviceWork = ({ name, dialling, idle, gates, account, ldapOn }: Parts) => {
  const ldaps = new WeakMap<Connection, Ldap>();

  const fresh = async (server: LdapServer): Promise<Lease> => {
    const { connection, requests } = await dialling.dial(server);
    try {
      await account.bind(connection, requests);
    } catch (error) {
      connection.close();
      throw error;
    }
    const ldap = ldapOn(connection, requests);
    ldaps.set(connection, ldap);
    return { connection, ldap, isReused: false };
  };

  const leaseOf = async (server: LdapServer): Promise<Lease> => {
    const connection = idle.take(server);
    const ldap = connection && ldaps.get(connection);
    return connection && ldap ? { connection, ldap, isReused: true } : fresh(server);
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

  const use = async <T>({ connection, ldap }: Lease, work: (ldap: Ldap) => Promise<T>): Promise<T> => {
    const { server } = connection;
    try {
      const done = await work(ldap);
      gates.succeeded(server);
      return done;
    } catch (error) {
      if (connection.ended) gates.failed(server, connection.ended);
      else gates.succeeded(server);
      throw error;
    } finally {
      if (!connection.ended) idle.give(connection);
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

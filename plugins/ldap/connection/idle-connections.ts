import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Connection } from './connection.ts';
import type { LdapServer } from './ldap.ts';

/** Firewalls forget connections that say nothing for long, and tell nobody. */
const LONGEST_IDLE = MINUTE;

interface Idle {
  readonly connection: Connection;
  readonly since: number;
}

/** Connections that nobody uses now. */
export interface IdleConnections {
  take(server: LdapServer): Connection | undefined;
  give(connection: Connection): void;
  closeAll(): void;
}

export const idleConnections = (clock: Clock): IdleConnections => {
  let idle: readonly Idle[] = [];

  return {
    take({ url }) {
      const late = clock.now() - LONGEST_IDLE;
      const usable = idle.filter(({ connection, since }) => !connection.ended && since > late);
      for (const { connection } of idle) {
        if (!usable.some((one) => one.connection === connection)) connection.close();
      }
      // The one used last: those that are not needed grow old and go.
      const found = usable.findLast(({ connection }) => connection.server.url === url)?.connection;
      idle = usable.filter(({ connection }) => connection !== found);
      return found;
    },
    give(connection) {
      idle = [...idle, { connection, since: clock.now() }];
    },
    closeAll() {
      for (const { connection } of idle) connection.close();
      idle = [];
    },
  };
};

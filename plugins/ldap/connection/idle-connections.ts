import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Dialled } from './dialling.ts';
import type { LdapServer } from './ldap.ts';

/** Firewalls forget connections that say nothing for long, and tell nobody. */
const LONGEST_IDLE = MINUTE;

interface Idle extends Dialled {
  readonly since: number;
}

/** Connections that nobody uses now. */
export interface IdleConnections {
  take(server: LdapServer): Dialled | undefined;
  give(dialled: Dialled): void;
  closeAll(): void;
}

export const idleConnections = (clock: Clock): IdleConnections => {
  let idle: readonly Idle[] = [];

  return {
    take({ url }) {
      const late = clock.now() - LONGEST_IDLE;
      const [usable = [], old = []] = [true, false].map((wanted) =>
        idle.filter(({ connection, since }) => (!connection.ended && since > late) === wanted),
      );
      for (const { connection } of old) connection.close();
      // The one used last: those that are not needed grow old and go.
      const found = usable.findLast(({ connection }) => connection.server.url === url);
      idle = usable.filter((one) => one !== found);
      return found;
    },
    give({ connection, requests }) {
      idle = [...idle, { connection, requests, since: clock.now() }];
    },
    closeAll() {
      for (const { connection } of idle) connection.close();
      idle = [];
    },
  };
};

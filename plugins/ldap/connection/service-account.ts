import { HOUR, MINUTE } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { refusal } from './answered.ts';
import type { Connection } from './connection.ts';
import type { LdapFailure } from './failure.ts';
import type { Requests } from './requests.ts';

const INVALID_CREDENTIALS = 49;

export interface ServiceAccount {
  /** Throws {@link LdapFailure}. */
  bind(connection: Connection, requests: Requests): Promise<void>;
}

/**
 * Binds as the service account. A password that was refused is not tried again for a minute, then two, at last an hour:
 * a wrong one in the configuration would otherwise lock the account, here and for all else that uses it.
 */
export const serviceAccount = (dn: string, password: string, clock: Clock): ServiceAccount => {
  let refused: { readonly failure: LdapFailure; readonly pause: number; readonly until: number } | undefined;

  return {
    async bind(connection, requests) {
      if (refused && clock.now() < refused.until) throw refused.failure;
      const { result } = await connection.ask(requests.bind(dn, password));
      if (result.code === 0) {
        refused = undefined;
        return;
      }
      const failure = refusal(result, connection.server.url);
      if (result.code === INVALID_CREDENTIALS) {
        const pause = Math.min(refused ? refused.pause * 2 : MINUTE, HOUR);
        refused = { failure, pause, until: clock.now() + pause };
      }
      throw failure;
    },
  };
};

import type { Account } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import type { LdapFailure } from '../connection/failure.ts';
import type { LdapServer } from '../connection/ldap.ts';
import type { Written } from '../dialects/dialect.ts';
import type { AuthorityParts } from './parts.ts';

/** What was asked of a server. */
export interface Act {
  readonly act: 'reset' | 'change' | 'unlock';
  readonly server: LdapServer;
  /** Object identifier of the control that made the policy hold, where there was one. */
  readonly control?: string | undefined;
  /** Absent where none came, and a bind, or of an unlock a look, told what had become of it. */
  readonly answer?: Written;
}

/** The log of what is written to a directory. */
export interface Trail {
  written(account: Account, act: Act): Change;
  /** Committed at once: nothing else is. */
  refused(account: Account, act: Act, failure: LdapFailure): Promise<void>;
  /** That nobody could be signed in, since several entries bear the name of somebody who is linked to none. */
  ambiguous(account: Account): Promise<void>;
}

const LONGEST_TEXT = 500;

// Cut off between the halves of a character it would be no text any more.
const short = (text: string): string => text.slice(0, LONGEST_TEXT).toWellFormed();

export const createTrail = ({ name, dialect, audit, store }: AuthorityParts): Trail => {
  const facts = ({ act, server, control, answer }: Act): string => {
    const by = answer?.control ?? control;
    return `${act} ${server.url} ${dialect.name} ${by === undefined ? 'no control' : `control ${by}`}`;
  };
  const about = (account: Account) => ({ subject: account.id, method: name });

  return {
    written(account, act) {
      const { incomplete } = act.answer ?? {};
      const code = act.answer ? 'code 0' : `no answer, found by ${act.act === 'unlock' ? 'a look' : 'a bind'}`;
      const said = [facts(act), code];
      const lacking = incomplete === undefined ? [] : [`but ${incomplete}`];
      const reason = short([...said, ...lacking].join(' '));
      return audit.event(auditEvent({ type: 'directory.written', result: 'success', reason, ...about(account) }));
    },
    async refused(account, act, { code, diagnostic }) {
      const reason = short(`${facts(act)} code ${code}: ${diagnostic}`);
      const event = auditEvent({ type: 'directory.refused', result: 'failure', reason, ...about(account) });
      await store.commit([audit.event(event)]);
    },
    async ambiguous(account) {
      const event = auditEvent({ type: 'directory.ambiguous', result: 'failure', ...about(account) });
      await store.commit([audit.event(event)]);
    },
  };
};

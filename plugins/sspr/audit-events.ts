import type { AuditEvent } from '../../src/plugin.ts';
import type { Where } from './notices.ts';

/** This plugin's part of the audit catalogue. */
export const auditEvents = {
  'reset.asked': 'Someone asked for a proof to reset a password; the reason says why nothing was sent, if so.',
  'reset.proved': 'A gate of a reset was opened; the method says how.',
  'reset.failed': 'A wrong answer at a gate of a reset, or one that was not judged during a block.',
  'reset.blocked': 'Guessing was blocked for a person after too many failures.',
  'reset.continued': 'A mailed link was opened in another browser, or proofs were brought there by the short word.',
  'reset.refused': 'A proved person could not set a new password; the reason says why.',
  'password.unchecked':
    'A new password was taken although a rule could not be judged, as the operator chose; the reason names the rule.',
  'reset.finished': 'A password was reset; the reason names the methods that proved the person.',
  'unlock.asked': 'Someone asked for a proof to unlock an account; the reason says why nothing was sent, if so.',
  'unlock.proved': 'A gate of an unlock was opened; the method says how.',
  'unlock.failed': 'A wrong answer at a gate of an unlock, or one that was not judged during a block.',
  'unlock.blocked': 'Guessing was blocked for a person after too many failures, the last of them at an unlock.',
  'unlock.continued': 'As `reset.continued`, of an unlock.',
  'unlock.refused': 'A proved person could not unlock the account; the reason says why.',
  'unlock.finished':
    'An account was unlocked and its password left as it was; the reason names the methods that proved the person, and is preceded by "not locked" where there was no lock.',
  'signin.factor.sent': 'A code for the second factor of a sign-in was sent.',
  'signin.factor.proved': 'The second factor of a sign-in was proved; the method says how.',
  'signin.factor.failed':
    'A wrong answer to the second factor of a sign-in, or one that was not judged during a block.',
  'signin.factor.blocked': 'Guessing was blocked for a person after too many wrong second factors.',
  'method.added': 'A person registered a method.',
  'method.changed': 'A person put another registration of a method in the place of the one before.',
  'method.removed': 'A person removed a method.',
  'method.preferred': 'A person said which method a sign-in is to ask for first.',
  'method.confirmed': 'A person said that the registered methods, or the one named, are still theirs.',
  'method.stale':
    'A registered method may not reach its person any more, who is asked about it; the reason is a code or names the directory.',
  'contacts.storm':
    'One source said of more people than can be that a contact is gone, and is not believed for a day; the method names it.',
  'registration.postponed': 'A person was asked to register or to confirm and put it off.',
  'registration.released':
    'A person proved that they may register at once, though a reset by one gate came before; the method says how.',
  'pass.issued':
    'Somebody was given a temporary access pass; the method says what for, and the reason how they were checked.',
  'passkey.copied': 'A passkey answered as a copy of it would, and was refused: its counter had not risen.',
  'approval.given': 'A request was approved on a paired phone.',
  'approval.denied':
    'A request was denied on a paired phone; the reason says whether it was not its owner who asked, or the number was wrong.',
  'token.imported': 'An administrator brought hardware tokens in; the reason has their serial numbers.',
  'token.assigned': 'A hardware token was assigned to a person; the reason has its serial number.',
  'token.unassigned': 'A hardware token was taken back from a person and opens nothing any more.',
  'token.removed': 'A hardware token was forgotten.',
  'token.activated': 'A person activated the hardware token that was assigned to them.',
  'token.resynchronised': 'A hardware token was set right by two codes in a row.',
} as const satisfies Record<string, string>;

export type SsprEventType = keyof typeof auditEvents;

/** An event with where it came from. */
export const auditEvent = (
  where: Where,
  event: Omit<AuditEvent, 'type' | 'address' | 'agent' | 'correlation'> & { readonly type: SsprEventType },
): AuditEvent => ({ ...event, address: where.address, agent: where.agent, correlation: where.correlation });

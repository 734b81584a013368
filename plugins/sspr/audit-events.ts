import type { AuditEvent, EventCatalogue } from '../../src/plugin.ts';
import type { Where } from './notices.ts';

/** This plugin's part of the audit catalogue. */
export const auditEvents = {
  'reset.asked': {
    about: 'Someone asked for a proof to reset a password; the reason says why nothing was sent, if so.',
    carries: ['subject', 'method', 'reason', 'typedName'],
  },
  'reset.proved': {
    about: 'A gate of a reset was opened; the method says how.',
    carries: ['subject', 'method'],
  },
  'reset.failed': {
    about: 'A wrong answer at a gate of a reset, or one that was not judged during a block.',
    carries: ['subject', 'method', 'reason'],
  },
  'reset.blocked': {
    about: 'Guessing was blocked for a person after too many failures.',
    carries: ['subject'],
  },
  'reset.continued': {
    about: 'A mailed link was opened in another browser, or proofs were brought there by the short word.',
    carries: ['subject', 'method', 'reason'],
  },
  'reset.refused': {
    about: 'A proved person could not set a new password; the reason says why.',
    carries: ['subject', 'reason'],
  },
  'password.changed': {
    about: 'A person who knew the password chose another one; the reason says why, where they had to.',
    carries: ['subject', 'reason'],
  },
  'password.expiring': {
    about: 'A person was told that their password expires soon; the reason says in how many days.',
    carries: ['subject', 'reason'],
  },
  'password.refused': {
    about: 'Another password was not taken from a person who knew the present one; the reason says why.',
    carries: ['subject', 'reason'],
  },
  'password.unchecked': {
    about:
      'A new password was taken although a rule could not be judged, as the operator chose; the reason names the rule.',
    carries: ['subject', 'reason'],
  },
  'reset.finished': {
    about: 'A password was reset; the reason names the methods that proved the person.',
    carries: ['subject', 'reason'],
  },
  'unlock.asked': {
    about: 'Someone asked for a proof to unlock an account; the reason says why nothing was sent, if so.',
    carries: ['subject', 'method', 'reason', 'typedName'],
  },
  'unlock.proved': {
    about: 'A gate of an unlock was opened; the method says how.',
    carries: ['subject', 'method'],
  },
  'unlock.failed': {
    about: 'A wrong answer at a gate of an unlock, or one that was not judged during a block.',
    carries: ['subject', 'method', 'reason'],
  },
  'unlock.blocked': {
    about: 'Guessing was blocked for a person after too many failures, the last of them at an unlock.',
    carries: ['subject'],
  },
  'unlock.continued': { about: 'As `reset.continued`, of an unlock.', carries: ['subject', 'method', 'reason'] },
  'unlock.refused': {
    about: 'A proved person could not unlock the account; the reason says why.',
    carries: ['subject', 'reason'],
  },
  'unlock.finished': {
    about:
      'An account was unlocked and its password left as it was; the reason names the methods that proved the person, and is preceded by "not locked" where there was no lock.',
    carries: ['subject', 'method', 'reason'],
  },
  'help.requested': {
    about:
      'Somebody who proved one gate and could open no other asked to be contacted; the reason says what they wanted to do.',
    carries: ['subject', 'reason'],
  },
  'signin.factor.sent': {
    about: 'A code for the second factor of a sign-in was sent.',
    carries: ['subject', 'method'],
  },
  'signin.factor.proved': {
    about: 'The second factor of a sign-in was proved; the method says how.',
    carries: ['subject', 'method'],
  },
  'signin.factor.failed': {
    about: 'A wrong answer to the second factor of a sign-in, or one that was not judged during a block.',
    carries: ['subject', 'method', 'reason'],
  },
  'signin.factor.blocked': {
    about: 'Guessing was blocked for a person after too many wrong second factors.',
    carries: ['subject'],
  },
  'case.opened': {
    about:
      'Somebody said by the link of a notice that it was not them; the method names the notice, the reason what became of the account.',
    carries: ['subject', 'method', 'reason'],
  },
  'case.closed': {
    about: 'An administrator closed a case; the reason says what came of it.',
    carries: ['subject', 'reason'],
  },
  'method.added': { about: 'A person registered a method.', carries: ['subject', 'method'] },
  'method.changed': {
    about: 'A person put another registration of a method in the place of the one before.',
    carries: ['subject', 'method'],
  },
  'method.removed': { about: 'A person removed a method.', carries: ['subject', 'method'] },
  'method.preferred': {
    about: 'A person said which method a sign-in is to ask for first.',
    carries: ['subject', 'method'],
  },
  'method.confirmed': {
    about: 'A person said that the registered methods, or the one named, are still theirs.',
    carries: ['subject', 'method'],
  },
  'method.stale': {
    about:
      'A registered method may not reach its person any more, who is asked about it; the reason is a code or names the directory.',
    carries: ['subject', 'method', 'reason'],
  },
  'contacts.storm': {
    about:
      'One source said of more people than can be that a contact is gone, and is not believed for a day; the method names it.',
    carries: ['method', 'reason'],
  },
  'registration.postponed': {
    about: 'A person was asked to register or to confirm and put it off.',
    carries: ['subject', 'reason'],
  },
  'registration.released': {
    about:
      'A person proved that they may register at once, though a reset by one gate came before; the method says how.',
    carries: ['subject', 'method'],
  },
  'pass.issued': {
    about:
      'Somebody was given a temporary access pass; the method says what for, and the reason how they were checked.',
    carries: ['subject', 'method', 'reason'],
    personalReason: true,
  },
  'pass.used': {
    about: 'A pass opened the pages that register methods, outside of a sign-in.',
    carries: ['subject'],
  },
  'pass.failed': {
    about: 'A name and a pass did not fit together, or the pass was not valid (any more).',
    carries: ['typedName'],
  },
  'passkey.copied': {
    about: 'A passkey answered as a copy of it would, and was refused: its counter had not risen.',
    carries: ['subject', 'method'],
  },
  'approval.given': { about: 'A request was approved on a paired phone.', carries: ['subject', 'method'] },
  'approval.denied': {
    about:
      'A request was denied on a paired phone; the reason says whether it was not its owner who asked, or the number was wrong.',
    carries: ['subject', 'method', 'reason'],
  },
  'token.imported': {
    about: 'An administrator brought hardware tokens in; the reason has their serial numbers.',
    carries: ['reason'],
  },
  'token.assigned': {
    about: 'A hardware token was assigned to a person; the reason has its serial number.',
    carries: ['subject', 'reason'],
  },
  'token.unassigned': {
    about: 'A hardware token was taken back from a person and opens nothing any more.',
    carries: ['subject', 'reason'],
  },
  'token.removed': { about: 'A hardware token was forgotten.', carries: ['subject', 'reason'] },
  'token.activated': {
    about: 'A person activated the hardware token that was assigned to them.',
    carries: ['subject', 'method', 'reason'],
  },
  'token.resynchronised': {
    about: 'A hardware token was set right by two codes in a row.',
    carries: ['subject', 'reason'],
  },
} as const satisfies EventCatalogue;

export type SsprEventType = keyof typeof auditEvents;

/** An event with where it came from. */
export const auditEvent = (
  where: Where,
  event: Omit<AuditEvent, 'type' | 'address' | 'agent' | 'correlation'> & { readonly type: SsprEventType },
): AuditEvent => ({ ...event, address: where.address, agent: where.agent, correlation: where.correlation });

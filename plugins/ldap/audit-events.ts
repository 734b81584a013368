import type { AuditEvent, EventCatalogue } from '../../src/plugin.ts';

/** This plugin's part of the audit catalogue. Its methods are names of directories. */
export const auditEvents = {
  'directory.written': {
    about:
      'A password was set, changed or an account unlocked in a directory; the method names the directory, the reason what was done, the server, the kind of directory, the control that was used and the result code.',
    carries: ['subject', 'method', 'reason'],
  },
  'directory.refused': {
    about:
      'A directory did not do what it was asked to; the reason says as of `directory.written` what, and ends with the text of the server.',
    carries: ['subject', 'method', 'reason'],
    personalReason: true,
  },
  'directory.ambiguous': {
    about:
      'Somebody could not sign in, since several entries of the directory bear their user name and none is known to be theirs; the method names the directory.',
    carries: ['subject', 'method'],
  },
  'directory.password_seen': {
    about:
      'A directory has another password than the one known here, which ended everything of its owner; the reason says where it was noticed.',
    carries: ['subject', 'method', 'reason'],
  },
  'directory.unlock_found': {
    about:
      'Somebody had asked here to unlock an account, and a process died, or lost the directory, before it could say so. The reason names the server and what was found: `unlocked` by it, or `open`, by that or by others.',
    carries: ['subject', 'method', 'reason'],
  },
  'directory.outcome_unknown': {
    about:
      'Whether a password was written to a directory, or an account unlocked there, will never be known: its server, or all of the directory, is not configured any more. For a password, what its owner had open ended; the method names the directory, the reason the server.',
    carries: ['subject', 'method', 'reason'],
  },
} as const satisfies EventCatalogue;

export type LdapEventType = keyof typeof auditEvents;

export const auditEvent = (event: AuditEvent & { readonly type: LdapEventType }): AuditEvent => event;

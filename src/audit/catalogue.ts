import type { EventCatalogue } from './event.ts';

/** Every type of event of the host itself. */
export const hostEvents = {
  'person.created': { about: 'A person was created.', carries: ['subject'] },
  'person.updated': { about: 'Attributes of a person changed; the reason names them.', carries: ['subject', 'reason'] },
  'person.disabled': { about: 'A person was disabled, which ended all sessions.', carries: ['subject'] },
  'person.enabled': { about: 'A disabled person was enabled again.', carries: ['subject'] },
  'person.frozen': {
    about: 'Nobody can sign in to an account any more, since its owner disowned something that was done to it.',
    carries: ['subject'],
  },
  'person.spared': {
    about:
      'The owner of an account disowned something, and was signed out but not frozen: no other owner could have signed in.',
    carries: ['subject'],
  },
  'person.unfrozen': {
    about: 'An account that was frozen can be signed in to again; the reason says by what.',
    carries: ['subject', 'reason'],
  },
  'person.restored': {
    about: 'A person who had been deleted was brought back under the same id by the source that deleted them.',
    carries: ['subject'],
  },
  'person.deleted': { about: 'A person was deleted.', carries: ['subject'] },
  'person.roles_changed': {
    about: 'The administrative roles of a person changed; the reason names those held now.',
    carries: ['subject', 'reason'],
  },
  'person.source_changed': {
    about:
      'The record of a person, or the attributes that the reason names, are written by another source from now on, which it names first.',
    carries: ['subject', 'reason'],
  },
  'person.authority_changed': {
    about: 'The password of a person is kept elsewhere from now on, which ended all sessions; the reason names where.',
    carries: ['subject', 'reason'],
  },
  'person.password_set': {
    about: 'A password was set by an administrator, or (reason `directory`) changed in the directory that keeps it.',
    carries: ['subject', 'reason'],
  },
  'person.unlock_found': {
    about:
      'An unlock came to light of which no page could tell, since a process died; the reason says that the account was `unlocked`, or is `open` and nobody knows by whom.',
    carries: ['subject', 'reason'],
  },
  'group.created': { about: 'A group was created.', carries: ['subject'] },
  'group.updated': { about: 'Attributes of a group changed; the reason names them.', carries: ['subject', 'reason'] },
  'group.source_changed': {
    about: 'A group is written by another source from now on; the reason names it.',
    carries: ['subject', 'reason'],
  },
  'group.deleted': { about: 'A group was deleted.', carries: ['subject'] },
  'group.member_added': {
    about: 'A person or a group became a member; the reason names the group.',
    carries: ['subject', 'reason'],
  },
  'group.member_removed': {
    about: 'A person or a group ceased to be a member; the reason names the group.',
    carries: ['subject', 'reason'],
  },
  'signin.success': {
    about: 'Someone signed in; the method says how.',
    carries: ['subject', 'method', 'reason', 'clientId'],
  },
  'signin.proved': {
    about: 'A part of a sign-in was proved; the reason names the step that it waits for.',
    carries: ['subject', 'method', 'reason', 'clientId'],
  },
  'signin.failure': { about: 'A sign-in failed.', carries: ['subject', 'method', 'reason', 'clientId', 'typedName'] },
  'signin.paused': {
    about: 'A name was paused after too many wrong passwords.',
    carries: ['subject', 'method', 'reason', 'clientId', 'typedName'],
  },
  'signin.refused': {
    about: 'A right password was not enough; the reason says why.',
    carries: ['subject', 'method', 'reason', 'clientId'],
  },
  'session.ended': {
    about: 'Someone signed out; the reason says so where it was from the list of sessions.',
    carries: ['subject', 'reason', 'clientId'],
  },
  'consent.granted': {
    about: 'Someone let an app have what it asked for.',
    carries: ['subject', 'reason', 'clientId'],
  },
  'consent.denied': { about: 'Someone refused an app what it asked for.', carries: ['subject', 'reason', 'clientId'] },
  'device.approved': { about: 'Someone let a device sign in.', carries: ['subject', 'clientId'] },
  'token.reused': {
    about: 'A code or refresh token came a second time; all that came of it was revoked.',
    carries: ['subject', 'clientId'],
  },
  'client.added': { about: 'A client was added.', carries: ['clientId'] },
  'client.removed': { about: 'A client was removed.', carries: ['clientId'] },
  'audit.erased': { about: 'What the log had of a person beside what happened was destroyed.', carries: ['subject'] },
  'keys.created': { about: 'Signing keys were made.', carries: [] },
  'keys.rotated': { about: 'The signing key changed.', carries: [] },
  'message.failed': {
    about: 'A message could not be delivered and was given up; the reason says why.',
    carries: ['subject', 'method', 'reason'],
  },
  'message.refused': {
    about: 'A destination was refused for good, at once or by a receipt; the reason says by which code.',
    carries: ['subject', 'method', 'reason'],
  },
} as const satisfies EventCatalogue;

export type HostEventType = keyof typeof hostEvents;

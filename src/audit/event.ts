import type { Change } from '../store/port.ts';

/** One line of the log. `type` is from the closed catalogue: the host's own and what plugins declare. */
export interface AuditEvent {
  readonly type: string;
  readonly result: 'success' | 'failure' | 'refused';
  /** Whom it is about. */
  readonly subject?: string;
  /** Who did it, when that is another than the subject: an account id, `client:<id>`, `cli`, `system`. */
  readonly actor?: string;
  readonly method?: string;
  readonly reason?: string;
  readonly clientId?: string;
  readonly address?: string;
  readonly agent?: string;
  readonly correlation?: string;
  /** A typed name that matched nobody: kept as a keyed hash only, since people type passwords there. */
  readonly typedName?: string;
}

/** Fields that only some types have. Any event may say who did it, from where, and in which request. */
export type OwnField = 'subject' | 'method' | 'reason' | 'clientId' | 'typedName';

/** What the catalogue says of a type. */
export interface EventDescription {
  /** The sentence that the reference documentation prints. */
  readonly about: string;
  readonly carries: readonly OwnField[];
  /** The reason says something of the person: it is sealed with the address and the agent. */
  readonly personalReason?: true;
  /** The reason may have thousands of characters instead of hundreds; nothing that strangers cause. */
  readonly longReason?: true;
}

export type EventCatalogue = Readonly<Record<string, EventDescription>>;

export interface Audit {
  /** The change that appends the event: commit it with what it tells. Throws for a type outside the catalogue. */
  event(event: AuditEvent): Change;
}

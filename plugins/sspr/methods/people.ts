import type { Account } from '../../../src/plugin.ts';
import type { Contact, Held } from './method.ts';

/** Somebody as pages of a method's own may know them. */
export interface Somebody<Data> {
  readonly account: Account;
  /** What they registered for the method and may use now. */
  readonly held: readonly Held<Data>[];
  /** Where news reaches them. */
  readonly contacts: readonly Contact[];
}

export interface People<Data> {
  /** Undefined for whoever may not use this plugin now: out of scope, disabled, deleted. */
  find(accountId: string): Promise<Somebody<Data> | undefined>;
}

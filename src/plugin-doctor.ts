import type { Host, Opened } from './plugin.ts';

/** One thing that `latchkey doctor` looked at. */
export interface Finding {
  /** With an `error` something does not work for people; with a `warning` it does, and not as well as it could. */
  readonly level: 'ok' | 'warning' | 'error';
  /** What was looked at, in a word or two: `store`, `directory corp`. */
  readonly about: string;
  /** A sentence for operators. */
  readonly text: string;
  /** What to do about it, where something is to be done. */
  readonly advice?: string;
}

/** What a plugin may use to find out how it is, on the store of a server that may be running meanwhile. */
export interface DoctorContext<C = unknown, O extends Opened = Opened> {
  readonly host: Host;
  readonly config: C;
  /** What the plugin's `open` gave. */
  readonly opened: O;
}

import type { AuditEvent } from './audit/event.ts';
import type { Account } from './directory/account.ts';
import type { Host, Opened } from './plugin.ts';
import type { Change } from './store/port.ts';

/** Positional, in this order; one that may be left out comes last. */
export interface CommandArgument {
  readonly name: string;
  readonly description: string;
  readonly optional?: boolean;
}

export interface CommandOption {
  /** As help prints it: `--list` is true when given, `--note <text>` has a value; read under `list` and `note`. */
  readonly flags: string;
  readonly description: string;
  readonly required?: boolean;
}

/** What a command has to say. The terminal prints it once all that was committed would survive a power cut. */
export interface CommandOutput {
  /** For `--json`, which every command has. */
  readonly value: unknown;
  /** For people: lines, and tables by rows, the heading first. */
  readonly text: readonly (string | readonly (readonly string[])[])[];
  /** What it found is bad: the sentence goes to standard error after all else, and the exit code is 1. */
  readonly failure?: string;
}

/** A run of a command, on the store of a server that may be running meanwhile. */
export interface CommandContext<C = unknown, O extends Opened = Opened> {
  /** Without a server: nobody is signing in (`signIns` refuses), and a kicked job is left to the server's own round. */
  readonly host: Host;
  readonly config: C;
  /** What the plugin's `open` gave. */
  readonly opened: O;
  /** By name; those left out are absent. */
  readonly arguments: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string | true>>;
  /** Who acts, for audit events. */
  readonly by: Pick<AuditEvent, 'actor'>;
  /** Somebody by user name, mail address or id. Throws `not_found`. */
  account(name: string): Promise<Account>;
  /**
   * Commits what `changes` makes from fresh reads, again when somebody else was faster.
   *
   * @param refusals sentences for what may stand in the way, by unique index or by reason (such as `missing`)
   * @throws AppError `bad_request` with that sentence, `busy`
   */
  commit(changes: () => Promise<readonly Change[]>, refusals?: Readonly<Record<string, string>>): Promise<void>;
  /** The plugin's section as another file has it: a whole configuration, or the section alone. Throws every fault. */
  section(file: string): Promise<C>;
  /** A line for people while it goes on; nothing with `--json`. */
  print(line: string): void;
  /** A line on standard error while it goes on, also with `--json`. */
  note(line: string): void;
  /** All of standard input, without a last line break: the only way for a secret to come in. */
  input(): Promise<string>;
}

/**
 * A command that a plugin adds to `latchkey`. It is data: the host makes `--help`, `--json` and the exit code from it.
 *
 * ```ts
 * export const passCommand: CommandContribution<SsprConfig> = {
 *   name: 'user pass',
 *   description: 'give somebody a temporary access pass',
 *   arguments: [{ name: 'user', description: 'user name, mail address or id' }],
 *   options: [{ flags: '--note <text>', description: 'how the caller was checked', required: true }],
 *   async run({ host, account, commit, arguments: { user = '' }, options, by }) {
 *     …
 *     return { value: { pass }, text: [pass] };
 *   },
 * };
 * ```
 *
 * and `commands: [passCommand]` in the plugin.
 */
export interface CommandContribution<C = unknown, O extends Opened = Opened> {
  /** Words after `latchkey`. The first may be a command of the host: `user pass` comes to stand beside `user add`. */
  readonly name: string;
  readonly description: string;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly CommandOption[];
  /** Throws `AppError` to end with its sentence on standard error and exit code 1. */
  run(context: CommandContext<C, O>): Promise<CommandOutput>;
}

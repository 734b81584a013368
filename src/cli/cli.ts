import type { Command } from 'commander';
import type { Environment } from '../config/environment.ts';
import type { Config } from '../config/schema.ts';
import type { Foundation } from '../foundation.ts';
import type { Host, Plugin } from '../plugin.ts';

/** What a command may use of the process it runs in. */
export interface Cli {
  readonly env: Environment;
  /** The configuration, read on the first call. Throws `ConfigFaults`. */
  config(): Promise<Config>;
  /** The rooms that need no server, on the configured store; safe beside a running server. The caller closes it. */
  open(): Promise<Foundation>;
  /** What commands of plugins see of it. */
  hostOf(rooms: Foundation): Promise<Host>;
  plugins(): Promise<readonly Plugin[]>;
  /** A line on standard output. */
  print(line: string): void;
  /** Text on standard output; resolves once more of it makes sense, so that a slow reader holds little in memory. */
  write(text: string): Promise<void>;
  /** A value as JSON on standard output, for `--json`. */
  printJson(value: unknown): void;
  /** A line on standard error, for what is not the result. */
  note(line: string): void;
  /** Aborted when somebody interrupts a command that goes on until then. */
  readonly interrupted: AbortSignal;
  /** All of standard input, without a last line break; for `--password-stdin`. */
  input(): Promise<string>;
}

/** A command, made for one run. It throws `AppError` to end with a sentence on standard error and exit code 1. */
export type CliCommand = (cli: Cli) => Command;

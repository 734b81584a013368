import { AppError } from '../kernel/errors.ts';

/** One thing wrong with the configuration. */
export interface Fault {
  /** Dotted path of the option; empty for the file as a whole. */
  readonly path: string;
  /** What is allowed there. Never the value: it may be a secret. */
  readonly message: string;
  /** `FILE:LINE` or the environment variable that the value came from. */
  readonly source?: string;
}

const line = ({ path, message, source }: Fault): string => {
  const where = [path, source === undefined ? '' : `(${source})`].filter((part) => part !== '').join(' ');
  return where === '' ? `  ${message}` : `  ${where}: ${message}`;
};

/** Everything that is wrong with the configuration, at once. */
export class ConfigFaults extends AppError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const count = faults.length === 1 ? 'one fault' : `${String(faults.length)} faults`;
    super('config_invalid', [`the configuration has ${count}:`, ...faults.map(line)].join('\n'));
    this.name = 'ConfigFaults';
    this.faults = faults;
  }
}

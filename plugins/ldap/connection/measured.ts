import type { MetricLabels, Metrics } from '../../../src/kernel/metrics.ts';
import type { Connection, Outcome } from './connection.ts';
import { LdapFailure } from './failure.ts';
import type { LdapServer } from './ldap.ts';
import type { Operation } from './requests.ts';

/** Does one thing at a server, and measures it. */
export type Measuring = <T extends object>(
  server: LdapServer,
  operation: Operation | 'connect',
  act: () => Promise<T>,
) => Promise<T>;

type Label = 'directory' | 'dialect' | 'server' | 'operation' | 'outcome';

/** Result codes that the registry of RFC 4520 section 3.8 has; what a server makes up beside them is one. */
const LARGEST_CODE = 123;

const codeText = (code: number): string => {
  if (code === 0) return 'success';
  return code > 0 && code <= LARGEST_CODE ? String(code) : 'other';
};

const outcomeOf = (done: object): string => ('result' in done ? codeText((done as Outcome).result.code) : codeText(0));

const failureText = (error: unknown): string => {
  if (!(error instanceof LdapFailure)) return 'other';
  return typeof error.code === 'number' ? codeText(error.code) : error.code;
};

/** Begins to measure one operation; what it gives ends that. */
export type DirectoryTimer = () => (labels: MetricLabels<Label>) => void;

/** One for all directories. */
export const directoryTimer = (metrics: Metrics): DirectoryTimer =>
  metrics.timer({
    name: 'latchkey_directory_operation_duration_seconds',
    help: 'Time that a server of a directory took, by operation and outcome: a result code of LDAP, or why there is none.',
    labels: ['directory', 'dialect', 'server', 'operation', 'outcome'],
  });

/** Of one directory: nothing of a person, no name, no filter. */
export const measuring =
  (begin: DirectoryTimer, directory: string, dialect: string): Measuring =>
  async ({ url }, operation, act) => {
    const end = begin();
    const of = { directory, dialect, server: url, operation };
    try {
      const done = await act();
      end({ ...of, outcome: outcomeOf(done) });
      return done;
    } catch (error) {
      end({ ...of, outcome: failureText(error) });
      throw error;
    }
  };

/** The connection, with all that is asked on it measured. */
export const measuredOn = (connection: Connection, measure: Measuring): Connection => ({
  ...connection,
  get ended() {
    return connection.ended;
  },
  ask: (request, take) => measure(connection.server, request.operation, () => connection.ask(request, take)),
});

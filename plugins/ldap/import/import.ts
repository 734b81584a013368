import { AppError } from '../../../src/kernel/errors.ts';
import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import { Conflict } from '../../../src/store/port.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import { directoryImports } from './collections.ts';
import type { DirectoryImport, ImportOutcome } from './collections.ts';
import { importGroups } from './groups-run.ts';
import { contentTracking } from './content-tracking.ts';
import { holdImport } from './held-import.ts';
import type { HeldImport } from './held-import.ts';
import type { ImportParts } from './parts.ts';
import { importPeople } from './people-run.ts';
import type { PeopleRun, Stopped } from './people-run.ts';
import { beginRun } from './run.ts';
import type { Run } from './run.ts';
import { sweepGone } from './sweep.ts';
import { remarked, trackingBy } from './tracking.ts';

/** After a directory that did not answer: sooner than the next import is due. */
const AGAIN = MINUTE;

export interface ImportOptions {
  /** Everything, whatever is known of what changed. */
  readonly full?: boolean;
  /** Somebody looked, and as many are to be lost as there are. */
  readonly acceptLosses?: boolean;
}

export type Imported =
  | ({ readonly result: 'done' } & ImportOutcome)
  /** Nobody was lost, groups and marks are as before; who is new or changed is here. */
  | ({ readonly result: 'stopped' } & Stopped)
  /** Another node is at it. */
  | { readonly result: 'busy' };

type Next = Omit<DirectoryImport, 'id' | 'heldUntil'>;

const kept = ({
  marks,
  fullAt,
  last,
  listed,
}: DirectoryImport): Pick<Next, 'marks' | 'fullAt' | 'last' | 'listed'> => ({
  marks,
  ...(listed === undefined ? {} : { listed }),
  ...(fullAt === undefined ? {} : { fullAt }),
  ...(last === undefined ? {} : { last }),
});

const stopping = async (parts: ImportParts, held: HeldImport, stopped: Stopped): Promise<Imported> => {
  const { clock, log, audit } = parts.host;
  const { of, losses, among } = stopped;
  log.error({ directory: parts.name, ...stopped }, 'an import would lose too many: nobody was lost');
  if (!held.state.stopped) {
    const reason = `${of} ${losses}/${among}`;
    await held.commit([
      audit.event({ type: 'directory.import_stopped', result: 'refused', method: parts.name, reason }),
    ]);
  }
  const now = clock.now();
  await held.finish({
    ...kept(held.state),
    dueAt: now + parts.config.import.every,
    stopped: { at: held.state.stopped?.at ?? now, of, losses, among },
  });
  return { result: 'stopped', ...stopped };
};

const groupsOf = async (run: Run, people: PeopleRun, acceptLosses: boolean): Promise<Stopped | undefined> =>
  run.parts.config.import.create ? importGroups(run, people, acceptLosses) : undefined;

/** How the run came to know who is gone; that it is another way than before is worth a line. */
const learning = ({ parts, held, learnt, since }: Run): Pick<Next, 'listed'> => {
  const { host, name } = parts;
  const before = held.state.listed;
  const why = since === undefined ? before?.why : learnt.listed;
  if (why === before?.why) return before === undefined ? {} : { listed: before };
  if (why === undefined) {
    host.log.info({ directory: name }, 'a directory tells who is gone: nobody is listed any more');
    return {};
  }
  host.log.info({ directory: name, why }, 'everybody of a directory is listed to find out who is gone');
  return { listed: { why, since: host.clock.now() } };
};

const importWith = async (
  parts: ImportParts,
  held: HeldImport,
  ldap: Ldap,
  { full = false, acceptLosses = false }: ImportOptions,
): Promise<Imported> => {
  const { clock } = parts.host;
  const began = clock.now();
  const { marks, fullAt } = held.state;
  const tracking = await trackingBy[parts.config.dialect](ldap, marks, clock);
  const isFull = full || fullAt === undefined || fullAt + parts.config.import.full <= began;
  const content = await contentTracking(ldap, parts.config, marks);
  const run = beginRun(parts, held, ldap, { tracking, content }, isFull ? undefined : tracking.since);
  const people = await importPeople(run, acceptLosses);
  const stopped = people.stopped ?? (await groupsOf(run, people, acceptLosses));
  if (stopped) return stopping(parts, held, stopped);
  await sweepGone(parts, held);
  const now = clock.now();
  const kind = run.since === undefined ? 'full' : 'delta';
  const last: ImportOutcome = { ...run.counts, at: now, kind, took: now - began };
  await held.finish({
    marks: content.marks.reduce(remarked, remarked(marks, tracking.mark())),
    dueAt: now + parts.config.import.every,
    ...learning(run),
    ...(kind === 'full' ? { fullAt: now } : fullAt === undefined ? {} : { fullAt }),
    last,
  });
  return { result: 'done', ...last };
};

/** What is written about a failure: the server's words are for administrators. */
const aboutOf = (error: unknown): string =>
  error instanceof LdapFailure ? error.message : error instanceof Error ? error.name : 'unknown';

const failing = async (parts: ImportParts, held: HeldImport, error: unknown): Promise<void> => {
  const now = parts.host.clock.now();
  const dueAt = now + Math.min(AGAIN, parts.config.import.every);
  const { stopped } = held.state;
  const failure = { at: now, about: aboutOf(error).slice(0, 1000).toWellFormed() };
  try {
    await held.finish({ ...kept(held.state), ...(stopped ? { stopped } : {}), dueAt, failure });
  } catch (second) {
    // Another node has taken over, and says what became of it.
    if (!(second instanceof Conflict) && !(second instanceof AppError)) throw second;
  }
};

/**
 * Imports one directory: everything, or what changed since. What was written stays when it fails in the middle; the mark
 * moves only at the end, so that the next one does the rest. Throws {@link LdapFailure}, `AppError`.
 */
export const importDirectory = async (parts: ImportParts, options: ImportOptions = {}): Promise<Imported> => {
  const held = await holdImport(parts.host.store, parts.host.clock, parts.name);
  if (!held) return { result: 'busy' };
  try {
    return await parts.link.withService((ldap) => importWith(parts, held, ldap, options));
  } catch (error) {
    await failing(parts, held, error);
    throw error;
  }
};

/** Imports a directory whenever it is due, on one node at a time. */
const importJob = (parts: ImportParts): Job => ({
  name: `ldap.import.${parts.name}`,
  every: Math.min(parts.config.import.every, MINUTE),
  async run() {
    const { store, clock, log } = parts.host;
    const state = await store.get(directoryImports, parts.name);
    if (state && (state.dueAt > clock.now() || state.heldUntil > clock.now())) return false;
    try {
      await importDirectory(parts);
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      log.warn({ directory: parts.name, error }, 'a directory could not be imported and will be again');
    }
    return false;
  },
});

/** The jobs that keep a directory's people and groups up to date. */
export const importJobs = (parts: ImportParts): readonly Job[] =>
  parts.config.import.enabled ? [importJob(parts)] : [];

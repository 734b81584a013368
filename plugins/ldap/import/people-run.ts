import { change, Conflict } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { and, present } from '../filter.ts';
import { directoryLinks } from '../collections.ts';
import { ahead } from './ahead.ts';
import { applyInTurn, applyPeople } from './apply-people.ts';
import type { Done } from './apply-people.ts';
import { personAt } from './by-dn.ts';
import { directoryConflicts } from './collections.ts';
import { conflictPages } from './conflicts.ts';
import { idPages, inEither, toldChanges, unseen } from './gone.ts';
import type { Told, Unseen } from './gone.ts';
import { lose, losses, mostLosses } from './losses.ts';
import type { Losses } from './losses.ts';
import { isShared, missingPeople, readPeople } from './look-up.ts';
import { byImport, sourceOf } from './parts.ts';
import { linkOf } from './plan-person.ts';
import type { Loss, Planning } from './plan-person.ts';
import { entryIdOf, personAttributes, readPerson } from './read-person.ts';
import type { ReadPerson } from './read-person.ts';
import { changedIn } from './run.ts';
import type { Run } from './run.ts';
import { peopleScope } from './scope.ts';

/** Entries read and written at once: a page in the air, one being written. */
const PAGE = 500;
/** Ids looked up at once. */
const SOME = 500;
/** Beyond so many a delta goes through all groups instead of those of each. */
export const MOST_ARRIVALS = 2000;

/** Too many of a directory would be lost: nothing was done about them. */
export interface Stopped {
  readonly of: 'people' | 'groups';
  readonly losses: number;
  readonly among: number;
}

/** What a run has come to know of people. */
export interface PeopleRun {
  readonly losses: Losses;
  /** Where those stand who were not here before; groups that list them may not have changed. */
  readonly arrivals: readonly string[];
  /** What was read in a delta. */
  readonly changed: readonly ReadPerson[];
  readonly stopped?: Stopped;
}

interface Working {
  readonly run: Run;
  readonly losses: Losses;
  /** Ids of entries that are listed as conflicts. */
  readonly listed: Set<string>;
  readonly arrivals: string[];
  readonly changed: ReadPerson[];
  managersMissing: boolean;
  /** Whoever was not read counts as gone. */
  isCompared: boolean;
}

const noting =
  (work: Working): Done =>
  (plan, read) => {
    const { counts } = work.run;
    if (plan.outcome === 'created' || plan.outcome === 'linked') {
      counts[plan.outcome] += 1;
      if (work.arrivals.length <= MOST_ARRIVALS) work.arrivals.push(read.dn);
    }
    if (plan.outcome === 'updated') counts.updated += 1;
    if (plan.outcome === 'hindered') work.listed.add(read.entry);
    else work.listed.delete(read.entry);
    if (plan.loss) work.losses.add(plan.loss);
    if (plan.managerMissing) work.managersMissing = true;
  };

const planningOf = ({ run: { ldap, parts }, listed }: Working): Planning => ({
  isListed: (entry) => listed.has(entry),
  isShared: (read, asked) => isShared(ldap, parts, read, asked),
});

/** Reads all that changed, page by page, and makes our people what it says. */
const readThrough = async (work: Working): Promise<void> => {
  const { run } = work;
  const { parts, held, ldap, tracking, seen, counts } = run;
  const attributes = [...new Set([...personAttributes(parts), ...tracking.attributes])];
  const search = { base: parts.config.people.base, filter: changedIn(run, peopleScope(parts.config)), attributes };
  const planning = planningOf(work);
  for await (const page of ahead(ldap.pages(search, PAGE))) {
    for (const entry of page) tracking.saw(entry);
    const reads = page.map((entry) => readPerson(parts, entry)).filter((read) => read !== undefined);
    for (const { entry } of reads) seen.add(entry);
    counts.read += page.length;
    if (run.since !== undefined && work.changed.length <= MOST_ARRIVALS) work.changed.push(...reads);
    await applyPeople(parts, held, reads, planning, noting(work));
    await held.keep();
  }
};

/** Of linked people those whose entries are gone, asked once more by name: an entry may have moved between two pages. */
const missed = async (work: Working, links: readonly Unseen[]) => {
  const { parts, ldap } = work.run;
  const gone = new Set(
    await missingPeople(
      ldap,
      parts,
      links.map(({ entry }) => entry),
    ),
  );
  for (const { id, entry } of links) if (gone.has(entry)) work.losses.add({ id, kind: 'gone' });
};

/** Compares everybody linked with who is there, as far as that is not told with those listed for it. */
const byComparison = async (work: Working, { there }: Partial<Told>): Promise<void> => {
  const { parts, held, ldap, seen, since } = work.run;
  if (since !== undefined && !there) {
    const { config } = parts;
    for await (const ids of ahead(idPages(ldap, parts, config.people.base, peopleScope(config)))) {
      for (const id of ids) seen.add(id);
      await held.keep();
    }
  }
  let waiting: Unseen[] = [];
  for await (const link of unseen(parts, directoryLinks, inEither(seen, there))) {
    if ((await parts.host.store.get(directoryLinks, link.id))?.goneAt !== undefined) continue;
    // Where more are missing than may be, there is nothing to be found out about each.
    if (work.losses.isFull) work.losses.add({ id: link.id, kind: 'gone' });
    else waiting.push(link);
    if (waiting.length < SOME) continue;
    await missed(work, waiting);
    waiting = [];
  }
  await missed(work, waiting);
};

/** Looks at those alone of which the server tells that they changed, or were deleted. */
const byWord = async (work: Working, changed: AsyncIterable<readonly string[]>): Promise<void> => {
  const { parts, held, seen } = work.run;
  for await (const ids of changed) {
    const links = await Promise.all(ids.filter((id) => !seen.has(id)).map((id) => linkOf(parts, id)));
    await missed(
      work,
      links.flatMap((link) => (link && link.goneAt === undefined ? [link] : [])),
    );
    await held.keep();
  }
};

const missing = async (work: Working): Promise<void> => {
  const { run } = work;
  const told = await toldChanges(run, run.parts.config.people.base);
  if (told.ids) await byWord(work, told.ids);
  work.isCompared = told.ids === undefined || told.there?.size === 0;
  if (!told.ids || told.there) await byComparison(work, told);
};

/** Tries again whoever was in the way of each other, or in that of somebody who is gone by now. */
const retry = async (work: Working): Promise<void> => {
  const { parts, held, ldap, seen } = work.run;
  const lookUp = async (entry: string) => (await readPeople(ldap, parts, [entry]))[0];
  const planning = { ...planningOf(work), lookUp };
  for await (const page of conflictPages(parts.host.store, parts.name)) {
    const reads = await readPeople(
      ldap,
      parts,
      page.map(({ entry }) => entry),
    );
    const there = new Set(reads.map(({ entry }) => entry));
    await applyInTurn(parts, held, reads, planning, noting(work));
    const gone = page.filter(({ entry }) => !there.has(entry));
    if (gone.length > 0) await held.commit(gone.map(({ id }) => change.remove(directoryConflicts, id)));
    for (const { entry } of reads) seen.add(entry);
  }
};

const carryOut = async (work: Working, loss: Loss): Promise<void> => {
  const { parts, held, counts } = work.run;
  if (!(await lose(parts, held, loss))) return;
  if (loss.kind === 'gone') counts.gone += 1;
  else counts.disabled += 1;
};

/** Somebody else writes about them at this moment; another run sees it again. */
const unlessChanged = async (written: Promise<void>): Promise<void> => {
  try {
    await written;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
};

/** Fills in whom people report to who came after them. */
const managers = async (work: Working): Promise<void> => {
  const { run } = work;
  const { parts, held, ldap } = run;
  const { id, manager } = parts.config.people.attributes;
  const filter = and(changedIn(run, peopleScope(parts.config)), present(manager));
  for await (const page of ldap.pages({ base: parts.config.people.base, filter, attributes: [id, manager] }, PAGE)) {
    for (const entry of page) {
      const entryId = entryIdOf(parts, entry);
      const link = entryId === undefined ? undefined : await linkOf(parts, entryId);
      const person = link && (await parts.directory.people.byId(link.id));
      if (person?.source !== sourceOf(parts.name)) continue;
      const value = await personAt(parts, entry.text(manager) ?? '');
      if (value === person.manager?.value) continue;
      if (parts.directory.people.ownership.ownerOf(person, 'manager') !== person.source) continue;
      const patch = { manager: value === undefined ? undefined : { value } };
      await unlessChanged(held.commit(parts.directory.people.updating(person, patch, byImport(parts.name))));
    }
    await held.keep();
  }
};

const listedNow = async ({ parts }: Run): Promise<Set<string>> => {
  const listed = new Set<string>();
  for await (const page of conflictPages(parts.host.store, parts.name)) for (const { entry } of page) listed.add(entry);
  return listed;
};

/**
 * People: read, compared, lost, and tried again.
 *
 * @param acceptLosses somebody has said that it is right to lose as many as there are
 */
export const importPeople = async (run: Run, acceptLosses: boolean): Promise<PeopleRun> => {
  const { store } = run.parts.host;
  const among = await store.count(directoryLinks, eq('directory', run.parts.name));
  const most = acceptLosses ? among : mostLosses(among, run.parts.config.import.mostLost);
  const work: Working = {
    ...{ run, losses: losses(most), listed: await listedNow(run), arrivals: [], changed: [] },
    ...{ managersMissing: false, isCompared: false },
  };
  await readThrough(work);
  await missing(work);
  const { count, kept } = work.losses;
  // A base that was mistyped, or may not be read any more, has nobody.
  const isEmpty = work.isCompared && run.seen.size === 0 && count > 0;
  const result = { losses: work.losses, arrivals: work.arrivals, changed: work.changed };
  if (!acceptLosses && (count > most || isEmpty)) {
    return { ...result, stopped: { of: 'people', losses: count, among } };
  }
  for (const loss of kept) await carryOut(work, loss);
  await retry(work);
  if (work.managersMissing) await managers(work);
  return result;
};

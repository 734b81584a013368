import { eq } from '../../../src/store/query.ts';
import type { DirectoryConfig } from '../config.ts';
import type { Entry } from '../connection/entry.ts';
import { eq as equals, or } from '../filter.ts';
import { and } from '../filter.ts';
import { ahead } from './ahead.ts';
import { applyGroup, dropGroup, groupLinkOf } from './apply-groups.ts';
import { directoryGroups } from './collections.ts';
import { idPages, inEither, toldChanges, unseen } from './gone.ts';
import { idSet } from './id-set.ts';
import type { IdSet } from './id-set.ts';
import { mostLosses } from './losses.ts';
import { missingGroups } from './look-up.ts';
import { applyMembers, applyPrimaries } from './members.ts';
import type { MembersWork } from './members.ts';
import { MOST_ARRIVALS } from './people-run.ts';
import type { PeopleRun, Stopped } from './people-run.ts';
import { groupAttributes, readGroup } from './read-group.ts';
import { entryIdOf } from './read-person.ts';
import { changedIn } from './run.ts';
import type { Run } from './run.ts';
import { groupsScope } from './scope.ts';

const PAGE = 500;
/** An entry may list as many members as its server tells at once. */
const PAGE_WITH_MEMBERS = 25;
/** Of one attribute, as domain controllers have it by default (MS-ADTS section 3.1.1.3.4.6, MaxValRange). */
const MOST_VALUES = 1500;
/** People in one filter. */
const SOME = 20;

/** Asked for as a range, Active Directory tells no more at once wherever it would not by itself. */
const listOf = ({ dialect, groups }: DirectoryConfig): string =>
  dialect === 'active-directory' ? `${groups.member};range=0-${MOST_VALUES - 1}` : groups.member;

const groupsThemselves = async (run: Run, seen: IdSet): Promise<void> => {
  const { parts, held, ldap, tracking, counts } = run;
  const attributes = [...groupAttributes(parts), ...tracking.attributes];
  const search = { base: parts.config.groups.base, filter: changedIn(run, groupsScope(parts.config)), attributes };
  for await (const page of ahead(ldap.pages(search, PAGE))) {
    for (const entry of page) {
      tracking.saw(entry);
      const read = readGroup(parts, entry);
      if (!read) continue;
      seen.add(read.entry);
      if (await applyGroup(parts, held, read)) counts.groups += 1;
    }
    await held.keep();
  }
};

/** Ids of ours whose entries are no groups of ours any more. */
const missing = async (run: Run, seen: IdSet): Promise<readonly string[]> => {
  const { parts, ldap, held, since } = run;
  const { config } = parts;
  const byEntry = new Map<string, string>();
  const told = await toldChanges(run, config.groups.base);
  if (told.ids) {
    for await (const ids of told.ids) {
      for (const id of ids) {
        const link = seen.has(id) ? undefined : await groupLinkOf(parts, id);
        if (link) byEntry.set(link.entry, link.id);
      }
      await held.keep();
    }
  }
  if (!told.ids || told.there) {
    if (since !== undefined && !told.there) {
      for await (const ids of idPages(ldap, parts, config.groups.base, groupsScope(config))) {
        for (const id of ids) seen.add(id);
      }
    }
    for await (const { id, entry } of unseen(parts, directoryGroups, inEither(seen, told.there)))
      byEntry.set(entry, id);
  }
  const gone = await missingGroups(ldap, parts, [...byEntry.keys()]);
  return gone.map((entry) => byEntry.get(entry)).filter((id) => id !== undefined);
};

const membersOfPage = async (work: MembersWork, run: Run, page: readonly Entry[], done: IdSet): Promise<void> => {
  for (const entry of page) {
    const id = entryIdOf(run.parts, entry);
    const link = id === undefined ? undefined : await groupLinkOf(run.parts, id);
    if (!link || !done.add(link.id)) continue;
    const rid = link.ridKey?.slice(run.parts.name.length + 1);
    run.counts.members += await applyMembers(work, { id: link.id, rid }, entry);
    await run.held.keep();
  }
};

/**
 * As {@link membersOfPage}, on a connection of its own: domain controllers keep ten paged searches of a connection (MS-ADTS
 * section 3.1.1.3.4.6, MaxResultSetsPerConn), and those for the people of each group would end that of the groups.
 */
const membersBeside = (work: MembersWork, run: Run, page: readonly Entry[], done: IdSet): Promise<void> =>
  run.parts.link.withService((ldap) => membersOfPage({ ...work, ldap }, run, page, done), { server: run.ldap.server });

/** Groups that list somebody who was not here when they were read. */
const groupsOfArrivals = async (work: MembersWork, run: Run, arrivals: readonly string[], done: IdSet) => {
  const { config } = run.parts;
  const attributes = [config.people.attributes.id, listOf(config)];
  for (let from = 0; from < arrivals.length; from += SOME) {
    const some = arrivals.slice(from, from + SOME).map((dn) => equals(config.groups.member, dn));
    const filter = and(groupsScope(config), or(...some));
    for await (const page of run.ldap.pages({ base: config.groups.base, filter, attributes }, PAGE_WITH_MEMBERS)) {
      await membersBeside(work, run, page, done);
    }
  }
};

const members = async (run: Run, { arrivals, changed }: PeopleRun): Promise<void> => {
  const { parts, held, ldap } = run;
  const isAll = run.since === undefined || arrivals.length > MOST_ARRIVALS || changed.length > MOST_ARRIVALS;
  const work: MembersWork = { parts, held, ldap, everybodyKnown: run.since === undefined };
  const { base } = parts.config.groups;
  const scope = groupsScope(parts.config);
  const attributes = [parts.config.people.attributes.id, listOf(parts.config)];
  const filter = isAll ? scope : changedIn(run, scope);
  const done = idSet();
  for await (const page of ldap.pages({ base, filter, attributes }, PAGE_WITH_MEMBERS)) {
    await membersBeside(work, run, page, done);
  }
  if (isAll) return;
  await groupsOfArrivals(work, run, arrivals, done);
  run.counts.members += await applyPrimaries(work, changed);
};

/** Groups, then who is in them: people are here by then, and so are the groups that others hold. */
export const importGroups = async (
  run: Run,
  people: PeopleRun,
  acceptLosses: boolean,
): Promise<Stopped | undefined> => {
  const { parts, held, counts } = run;
  const among = await parts.host.store.count(directoryGroups, eq('directory', parts.name));
  const seen = idSet();
  await groupsThemselves(run, seen);
  const gone = await missing(run, seen);
  const isEmpty = run.since === undefined && seen.size === 0 && gone.length > 0;
  const isTooMany = gone.length > mostLosses(among, parts.config.import.mostLost);
  if (!acceptLosses && (isTooMany || isEmpty)) return { of: 'groups', losses: gone.length, among };
  for (const id of gone) if (await dropGroup(parts, held, id)) counts.groups += 1;
  await members(run, people);
  return undefined;
};

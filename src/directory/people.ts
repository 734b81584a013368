import { isDeepStrictEqual } from 'node:util';
import type { Audit, AuditEvent } from '../audit/event.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Random } from '../kernel/random.ts';
import { fold, isStorable } from '../kernel/text.ts';
import { change } from '../store/port.ts';
import type { Change, Found, Page, Store, Stored } from '../store/port.ts';
import { and, eq, everything, ne } from '../store/query.ts';
import type { Query } from '../store/query.ts';
import { createOwnership } from './attribute-sources.ts';
import type { Ownership } from './attribute-sources.ts';
import { attributesOf, storedAttributes } from './attributes.ts';
import type { Attributes } from './attributes.ts';
import { directoryId } from './directory-id.ts';
import { ending, endingEverything } from './endings.ts';
import { memberships } from './group.ts';
import { localPasswords } from './local-password.ts';
import { createKeptNames } from './name-keepers.ts';
import type { KeptNames } from './name-keepers.ts';
import { people, tombstones } from './person.ts';
import type { Person } from './person.ts';
import { sweptNow } from './sweeping.ts';

/** Who changes something and from where, for the audit log. */
export type By = Pick<AuditEvent, 'actor' | 'address' | 'agent' | 'correlation' | 'clientId'>;

export type NewPerson = Omit<Attributes, 'active'> & {
  readonly active?: boolean;
  /** An id brought along from elsewhere; random without it. One that was ever deleted is refused by the commit. */
  readonly id?: string;
  readonly kind?: Person['kind'];
  readonly authority?: string;
  /** Further names to sign in with. */
  readonly otherNames?: readonly string[];
  /** Names and addresses that somebody else keeps. */
  readonly yieldedNames?: readonly string[];
  readonly adminRoles?: readonly string[];
  readonly source?: string;
};

/** People in the store. Builders give changes with their audit events; whoever calls commits them. */
export interface People {
  byId(id: string): Promise<Stored<Person> | undefined>;
  /** By user name, else by another name or a mail address that one person alone has. */
  byName(typed: string): Promise<Stored<Person> | undefined>;
  /** Those of the names to sign in with that somebody else keeps, who had them first. */
  readonly keptNames: KeptNames;
  /** In the order of their user names, unless the query and page say otherwise. */
  list(page?: Page, query?: Query): Promise<Found<Person>>;

  /** A taken user name fails the commit with `Conflict` `duplicate` `userName`. Throws `bad_request`. */
  creating(person: NewPerson, by: By): { readonly person: Person; readonly changes: readonly Change[] };
  /**
   * Somebody who was deleted, under their id again: with nothing of before but what others keep under that id, in no
   * group, without a password, and of an epoch that nothing of before reaches. Fails as `creating` does, and with
   * `Conflict` `missing` where nobody of that id was deleted. Throws `busy` while another sweeps memberships of before.
   */
  restoring(
    departed: Pick<Person, 'id' | 'epoch'>,
    person: Omit<NewPerson, 'id'>,
    by: By,
  ): Promise<{ readonly person: Person; readonly changes: readonly Change[] }>;
  /** Replaces the attributes given; undefined unassigns one. `active: false` ends everything signed in. */
  updating(person: Stored<Person>, patch: AttributePatch, by: By): readonly Change[];
  settingRoles(person: Stored<Person>, adminRoles: readonly string[], by: By): readonly Change[];
  /** Who verifies and sets the password from now on; one that was kept here is no more. Ends everything signed in. */
  settingAuthority(person: Stored<Person>, authority: string, by: By): readonly Change[];
  /** Who writes the record from now on. An external id says nothing to another source, and goes. */
  settingSource(person: Stored<Person>, source: string, by: By): readonly Change[];
  /** Who writes these attributes of the person from now on, whoever writes the rest. */
  settingAttributeSource(
    person: Stored<Person>,
    attributes: readonly string[],
    source: string,
    by: By,
  ): readonly Change[];
  /** Who writes what of whom. */
  readonly ownership: Pick<Ownership, 'ownerOf' | 'withoutOthers'>;
  /** Leaves a tombstone; rows that remain elsewhere are keyed by an id that nobody gets again. */
  deleting(person: Stored<Person>, by: By): Promise<readonly Change[]>;
  /** Ends everything signed in so far. */
  signingOut(id: string): readonly Change[];
}

export type AttributePatch = { readonly [K in keyof Attributes]?: Attributes[K] | undefined } & {
  /** Further names to sign in with, in the place of all before. */
  readonly otherNames?: readonly string[];
  /** Names and addresses that somebody else keeps, likewise. */
  readonly yieldedNames?: readonly string[];
};

/** Seconds in which the memberships of one person are surely swept. */
const SWEPT_IN = 1;
const LONGEST_TYPED = 320;
const BY_USER_NAME = [{ path: 'userNameFolded' }];

const without = <T extends object>(members: T): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;

const changedFields = (before: object, after: object): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => !isDeepStrictEqual(before[field as keyof object], after[field as keyof object]),
  );

type Names = 'otherNames' | 'yieldedNames';

const foldedNames = (key: Names, names: readonly string[] = []): Pick<Person, Names> =>
  names.length === 0 ? {} : { [key]: names.map(fold) };

/** What an update may change. */
const updatable = (person: Person): object => ({
  ...attributesOf(person),
  ...(person.otherNames && { otherNames: person.otherNames }),
  ...(person.yieldedNames && { yieldedNames: person.yieldedNames }),
});

const beginning = (
  id: string,
  epoch: number,
  { kind, authority, otherNames, yieldedNames, adminRoles, source, active, ...attributes }: Omit<NewPerson, 'id'>,
  now: number,
): Person => ({
  ...storedAttributes({ ...attributes, active: active ?? true }),
  id,
  kind: kind ?? 'person',
  authority: authority ?? 'local',
  ...foldedNames('otherNames', otherNames),
  ...foldedNames('yieldedNames', yieldedNames),
  adminRoles: [...(adminRoles ?? [])],
  epoch,
  source: source ?? 'local',
  createdAt: now,
  updatedAt: now,
});

export const createPeople = (
  store: Store,
  clock: Clock,
  random: Random,
  audit: Audit,
  ownership: Ownership = createOwnership(),
): People => ({
  byId: (id) => store.get(people, id),

  async byName(typed) {
    const name = typed.trim();
    if (name === '' || name.length > LONGEST_TYPED || !isStorable(name)) return undefined;
    const folded = fold(name);
    const named = await store.find(people, eq('userNameFolded', folded), { limit: 1 });
    if (named.docs[0]) return named.docs[0];
    if (!folded.includes('@')) return undefined;
    const found = new Map<string, Stored<Person>>();
    for (const path of ['otherNames', 'folded.emails.value']) {
      const { docs } = await store.find(people, and(eq(path, folded), ne('yieldedNames', folded)), { limit: 2 });
      for (const doc of docs) found.set(doc.id, doc);
    }
    return found.size === 1 ? [...found.values()][0] : undefined;
  },

  keptNames: createKeptNames(store),

  list: (page = {}, query = everything) => store.find(people, query, { sort: BY_USER_NAME, ...page }),

  creating({ id: givenId, ...given }, by) {
    const now = clock.now();
    const id = directoryId(random, givenId);
    const person = beginning(id, 1, given, now);
    const changes = [
      ...(givenId === undefined ? [] : neverDeleted(id, now)),
      change.insert(people, person),
      audit.event({ ...by, type: 'person.created', result: 'success', subject: id }),
    ];
    return { person, changes };
  },

  async restoring({ id, epoch }, given, by) {
    const found = await store.get(tombstones, id);
    const tombstone = found?.sweepAt === undefined ? found : await sweptNow(store, clock, id);
    if (found && !tombstone)
      throw new AppError('busy', `memberships of ${id} are being swept`, { retryAfter: SWEPT_IN });
    const person = beginning(id, epoch + 1, given, clock.now());
    const changes = [
      change.take(tombstones, id, tombstone?.version),
      change.insert(people, person),
      audit.event({ ...by, type: 'person.restored', result: 'success', subject: id }),
    ];
    return { person, changes };
  },

  updating(person, { otherNames, yieldedNames, ...patch }, by) {
    const { version, ...before } = person;
    const merged = without({ ...attributesOf(before), ...patch }) as Attributes;
    const disables = before.active && !merged.active;
    const after: Person = {
      ...storedAttributes(merged, before),
      id: before.id,
      kind: before.kind,
      authority: before.authority,
      ...foldedNames('otherNames', otherNames ?? before.otherNames),
      ...foldedNames('yieldedNames', yieldedNames ?? before.yieldedNames),
      adminRoles: before.adminRoles,
      epoch: before.epoch + (disables ? 1 : 0),
      source: before.source,
      ...(before.attributeSources && { attributeSources: before.attributeSources }),
      createdAt: before.createdAt,
      updatedAt: clock.now(),
    };
    const fields = changedFields(updatable(before), updatable(after));
    if (fields.length === 0) return [];
    const event = (type: string, reason?: string): Change =>
      audit.event({ ...by, type, result: 'success', subject: before.id, ...(reason === undefined ? {} : { reason }) });
    const others = fields.filter((field) => field !== 'active');
    return [
      change.swap(people, { ...after, version }),
      ...(disables ? [ending(before.id, clock, random)] : []),
      ...(others.length === 0 ? [] : [event('person.updated', others.join(' '))]),
      ...(others.length === fields.length ? [] : [event(after.active ? 'person.enabled' : 'person.disabled')]),
    ];
  },

  settingRoles: (person, adminRoles, by) => [
    change.swap(people, { ...person, adminRoles: [...adminRoles], updatedAt: clock.now() }),
    audit.event({
      ...by,
      type: 'person.roles_changed',
      result: 'success',
      subject: person.id,
      reason: adminRoles.join(' '),
    }),
  ],

  settingAuthority: (person, authority, by) => [
    change.swap(people, { ...person, authority, epoch: person.epoch + 1, updatedAt: clock.now() }),
    change.remove(localPasswords, person.id),
    ending(person.id, clock, random),
    audit.event({ ...by, type: 'person.authority_changed', result: 'success', subject: person.id, reason: authority }),
  ],

  settingSource({ externalId: _externalId, ...person }, source, by) {
    return [
      change.swap(people, { ...person, source, updatedAt: clock.now() }),
      audit.event({ ...by, type: 'person.source_changed', result: 'success', subject: person.id, reason: source }),
    ];
  },

  settingAttributeSource({ attributeSources: _before, ...person }, attributes, source, by) {
    const next = ownership.handing({ ...person, ...(_before && { attributeSources: _before }) }, attributes, source);
    const reason = [source, ...attributes].join(' ');
    return [
      change.swap(people, {
        ...person,
        ...(next.length > 0 && { attributeSources: next }),
        updatedAt: clock.now(),
      }),
      audit.event({ ...by, type: 'person.source_changed', result: 'success', subject: person.id, reason }),
    ];
  },

  ownership,

  async deleting(person, by) {
    const rows = await store.find(memberships, eq('member', person.id), { limit: 1000 });
    return [
      change.take(people, person.id, person.version),
      burying(person.id, clock.now()),
      change.remove(localPasswords, person.id),
      ending(person.id, clock, random),
      ...rows.docs.map((row) => change.remove(memberships, row.id)),
      audit.event({ ...by, type: 'person.deleted', result: 'success', subject: person.id }),
    ];
  },

  signingOut: (id) => endingEverything(id, clock, random),
});

/** For ever, so that the id is never given again; what is left of memberships is swept soon. */
export const burying = (id: string, now: number): Change =>
  change.insert(tombstones, { id, deletedAt: now, sweepAt: now });

/** Fails with `Conflict` `duplicate` where a tombstone lies: putting one and taking it away again asks just that. */
const neverDeleted = (id: string, now: number): readonly Change[] => [
  change.insert(tombstones, { id, deletedAt: now }),
  change.remove(tombstones, id),
];

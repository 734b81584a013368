import type { Ldap } from '../connection/ldap.ts';
import { and } from '../filter.ts';
import type { Filter } from '../filter.ts';
import type { ImportOutcome, ListingReason } from './collections.ts';
import type { ContentTracking } from './content-tracking.ts';
import type { HeldImport } from './held-import.ts';
import { idSet } from './id-set.ts';
import type { IdSet } from './id-set.ts';
import type { ImportParts } from './parts.ts';
import type { Tracking } from './tracking.ts';

type Counts = Omit<ImportOutcome, 'at' | 'kind' | 'took'>;

/** One import under way. */
export interface Run {
  readonly parts: ImportParts;
  readonly held: HeldImport;
  readonly ldap: Ldap;
  readonly tracking: Tracking;
  readonly content: ContentTracking;
  /** What changed; undefined where everything is read. */
  readonly since: Filter | undefined;
  readonly counts: { -readonly [K in keyof Counts]: Counts[K] };
  /** Entries of people that were read. */
  readonly seen: IdSet;
  /** Why everybody was listed, where a run that reads what changed had to. */
  readonly learnt: { listed?: ListingReason };
}

const NOTHING: Counts = {
  ...{ read: 0, created: 0, updated: 0, linked: 0, disabled: 0, gone: 0, groups: 0, members: 0 },
};

export const beginRun = (
  parts: ImportParts,
  held: HeldImport,
  ldap: Ldap,
  { tracking, content }: Pick<Run, 'tracking' | 'content'>,
  since: Filter | undefined,
): Run => ({ parts, held, ldap, tracking, content, since, counts: { ...NOTHING }, seen: idSet(), learnt: {} });

/** The part of a scope that this run has to read. */
export const changedIn = ({ since }: Run, scope: Filter): Filter => (since === undefined ? scope : and(since, scope));

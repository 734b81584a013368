import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContribution, CommandOutput } from '../../../src/plugin.ts';
import type { DirectoryAuthority } from '../authority/authority.ts';
import type { LdapConfig } from '../config.ts';
import { LdapFailure } from '../connection/failure.ts';
import { directoryImports } from '../import/collections.ts';
import type { DirectoryConflict, DirectoryImport } from '../import/collections.ts';
import { conflictPages } from '../import/conflicts.ts';
import type { Imported } from '../import/import.ts';
import type { LdapOpened } from '../index.ts';
import { listingTexts } from './listing.ts';
import { directoriesOf, directoryOf } from './which-directory.ts';

type Command = CommandContribution<LdapConfig, LdapOpened>;

const DIRECTORY = { name: 'directory', description: 'its name in the configuration', optional: true } as const;

const moment = (at: number | undefined): string => (at === undefined ? 'never' : new Date(at).toISOString());

const standing = (state: DirectoryImport | undefined, now: number): string => {
  if (!state) return 'not imported yet';
  if (state.heldUntil > now) return 'being imported';
  if (state.stopped) {
    const { of, losses, among } = state.stopped;
    return `stopped: it would lose ${String(losses)} of ${String(among)} ${of}`;
  }
  return state.failure ? `failed: ${state.failure.about}` : 'up to date';
};

/** Whether each of its servers is being asked, and how its import stands. */
export const directoryStatus: Command = {
  name: 'directory status',
  description: 'tell how the import of each directory stands',
  arguments: [DIRECTORY],
  async run({ host, opened, arguments: { directory } }) {
    const now = host.clock.now();
    const rows = await Promise.all(
      directoriesOf(opened, directory).map(async ({ name, config }) => {
        const state = await host.store.get(directoryImports, name);
        return {
          name,
          dialect: config.dialect,
          state: standing(state, now),
          last: state?.last ?? null,
          fullAt: state?.fullAt ?? null,
          dueAt: state?.dueAt ?? null,
          listed: state?.listed ?? null,
        };
      }),
    );
    const heading = ['DIRECTORY', 'KIND', 'LAST', 'FULL', 'STATE'];
    const listed = rows.flatMap(({ name, listed: it }) =>
      it ? [`${name}: everybody is listed at each import, since ${listingTexts[it.why].why}`] : [],
    );
    const lines = rows.map(({ name, dialect, state, last, fullAt }) => [
      ...[name, dialect, moment(last?.at), moment(fullAt ?? undefined), state],
    ]);
    return { value: rows, text: [[heading, ...lines], ...listed] };
  },
};

const told = ({ name }: DirectoryAuthority, imported: Imported): CommandOutput => {
  switch (imported.result) {
    case 'busy':
      throw new AppError('busy', `${name} is being imported by the server: try again when it is done`);
    case 'stopped': {
      const { of, losses, among } = imported;
      const lost = `${String(losses)} of ${String(among)} ${of}`;
      return {
        value: { directory: name, ...imported },
        text: [`the import of ${name} was stopped: it would lose ${lost}`],
        failure: 'nobody was lost. See that base and filters are right; where they are, say --accept-losses',
      };
    }
    case 'done': {
      const { result: _, at: __, took, kind, ...counts } = imported;
      const rows = Object.entries(counts).map(([what, count]) => [what, String(count)]);
      return {
        value: { directory: name, ...imported },
        text: [`${name}: ${kind === 'full' ? 'everything' : 'what changed'} in ${(took / 1000).toFixed(1)} s`, rows],
      };
    }
  }
};

export const directoryImport: Command = {
  name: 'directory import',
  description: 'import people and groups of a directory now',
  arguments: [DIRECTORY],
  options: [
    { flags: '--full', description: 'everything, not only what changed since the last time' },
    { flags: '--accept-losses', description: 'somebody looked: as many people or groups are to be lost as there are' },
  ],
  async run({ host, opened, options, arguments: { directory } }) {
    const authority = directoryOf(opened, directory);
    const how = { full: options['full'] === true, acceptLosses: options['acceptLosses'] === true };
    const [{ importDirectory }, { importParts }] = await Promise.all([
      import('../import/import.ts'),
      import('../import/parts.ts'),
    ]);
    try {
      return told(authority, await importDirectory(importParts(host, authority), how));
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      throw new AppError('unavailable', `${authority.name} could not be imported: ${error.message}`, { cause: error });
    }
  },
};

const REASONS: Readonly<Record<DirectoryConflict['reason'], string>> = {
  no_user_name: 'the entry has no user name',
  invalid: 'an attribute is not what it should be',
  user_name_taken: 'somebody else has the user name',
  address_taken: 'somebody else signs in with the address, and keeps it',
  link_ambiguous: 'several people here fit',
  link_taken: 'who fits is linked with another entry',
  link_administrator: 'who fits is an administrator (see linkAdministrators)',
  link_service: 'what fits is the account of a program',
  not_written: 'it could not be written; the log says why',
};

export const directoryConflicts: Command = {
  name: 'directory conflicts',
  description: 'list entries that could not be imported, and why; each is tried again at every import',
  arguments: [DIRECTORY],
  async run({ host, opened, arguments: { directory } }) {
    if (directory !== undefined) directoryOf(opened, directory);
    const found: Omit<DirectoryConflict, 'id'>[] = [];
    for await (const page of conflictPages(host.store, directory)) {
      found.push(...page.map(({ id: _, version: __, ...conflict }) => conflict));
    }
    const rows = found.map(({ directory: of, dn, reason, about }) => [of, dn, REASONS[reason], about]);
    return {
      value: found,
      text: found.length === 0 ? ['there are none'] : [[['DIRECTORY', 'ENTRY', 'WHY', 'ABOUT'], ...rows]],
    };
  },
};

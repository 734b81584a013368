import type { Account, Finding, Host } from '../../../../src/plugin.ts';
import { eq } from '../../../../src/store/query.ts';
import type { DirectoryAuthority } from '../../authority/authority.ts';
import { directoryLinks } from '../../collections.ts';
import type { Ldap } from '../../connection/ldap.ts';
import { present } from '../../filter.ts';
import { parsedFilter } from '../../filter-text.ts';
import { directoryConflicts, directoryImports } from '../../import/collections.ts';
import type { DirectoryImport } from '../../import/collections.ts';
import { listingTexts } from '../listing.ts';

const baseFinding = async (about: string, ldap: Ldap, option: string, dn: string): Promise<readonly Finding[]> => {
  try {
    const { entries } = await ldap.search({ base: dn, scope: 'base', filter: present('objectClass'), attributes: [] });
    if (entries.length > 0) return [];
  } catch {
    // Told below: a base that is refused is one that is not there for us.
  }
  const advice = `See ${option}: its spelling, and whether the service account may read it.`;
  return [{ level: 'error', about, text: `${dn} is not found there.`, advice }];
};

/** Enough to know that the filter fits; no page of a directory of hundreds of thousands is worth the wait. */
const MOST_COUNTED = 2000;

const countFinding = async (about: string, ldap: Ldap, { config }: DirectoryAuthority): Promise<Finding> => {
  const { base, filter } = config.people;
  let found = 0;
  for await (const page of ldap.pages({ base, filter: parsedFilter(filter), attributes: [] })) {
    found += page.length;
    if (found >= MOST_COUNTED) break;
  }
  if (found === 0) {
    const advice = 'See people.base and people.filter.';
    return { level: 'error', about, text: `Nobody below ${base} matches ${filter}.`, advice };
  }
  const people = found === 1 ? 'One person' : `${found < MOST_COUNTED ? '' : 'More than '}${String(found)} people`;
  return { level: 'ok', about, text: `${people} below ${base} ${found === 1 ? 'matches' : 'match'} the filter.` };
};

/** Where people are, and whether there are any. */
export const placeFindings = async (
  about: string,
  ldap: Ldap,
  directory: DirectoryAuthority,
): Promise<readonly Finding[]> => {
  const { base, people, groups } = directory.config;
  const bases = new Map([
    [groups.base, 'groups.base'],
    [people.base, 'people.base'],
    [base, 'base'],
  ]);
  const missing = (await Promise.all([...bases].map(([dn, option]) => baseFinding(about, ldap, option, dn)))).flat();
  return missing.length > 0 ? missing : [await countFinding(about, ldap, directory)];
};

/** Whether who is gone is known only by listing everybody. It costs time, and finds the same people. */
const listingFinding = (about: string, state: DirectoryImport | undefined): readonly Finding[] => {
  if (!state?.listed) return [];
  const { why, advice } = listingTexts[state.listed.why];
  const spared = advice === undefined ? '' : ` To spare that: ${advice}`;
  return [{ level: 'ok', about, text: `At each import everybody is listed to find out who is gone: ${why}.${spared}` }];
};

const importAdvice = (name: string): string => `See: latchkey directory status ${name}`;

/** How the import of people stands. */
export const importFindings = async (
  about: string,
  { store }: Host,
  { name, config }: DirectoryAuthority,
): Promise<readonly Finding[]> => {
  const state = await store.get(directoryImports, name);
  const advice = importAdvice(name);
  if (!state?.last && !state?.failure) {
    const asks = config.import.enabled ? 'The server imports them at its start, or: ' : '';
    return [
      { level: 'warning', about, text: 'Nobody was imported yet.', advice: `${asks}latchkey directory import ${name}` },
    ];
  }
  const found: Finding[] = [];
  if (state.failure)
    found.push({ level: 'error', about, text: `The last import failed: ${state.failure.about}`, advice });
  if (state.stopped) {
    const { of, losses, among } = state.stopped;
    const text = `The import was stopped: it would have lost ${String(losses)} of ${String(among)} ${of}.`;
    found.push({ level: 'error', about, text, advice });
  }
  const { docs } = await store.find(directoryConflicts, eq('directory', name), { limit: 1 });
  if (docs.length > 0) {
    found.push({
      ...{ level: 'warning', about, text: 'Some of its people could not be imported, or not with all their names.' },
      advice: `See them by: latchkey directory conflicts ${name}`,
    });
  }
  const listed = listingFinding(about, state);
  if (found.length > 0) return [...found, ...listed];
  const at = new Date(state.last?.at ?? 0).toISOString();
  return [{ level: 'ok', about, text: `People were imported at ${at}.` }, ...listed];
};

/** So many people are tried: rights are given by container, and mostly hold for all or nobody. */
const SAMPLE = 20;
/** Among so many they are looked for: what was imported first may be switched off by now. */
const LOOKED_AT = 500;

/** Some who may sign in, and whether there is anybody at all. */
const someOf = async ({ store, accounts }: Host, name: string) => {
  const { docs } = await store.find(directoryLinks, eq('directory', name), { limit: LOOKED_AT });
  const found: Account[] = [];
  for (const { id, inactive, goneAt } of docs) {
    if (found.length === SAMPLE) break;
    const account = inactive === true || goneAt !== undefined ? undefined : await accounts.byId(id);
    if (account?.active === true) found.push(account);
  }
  return { found, isEmpty: docs.length === 0 };
};

/** Whether resets would be written, by some of the people. */
export const writebackFindings = async (
  about: string,
  host: Host,
  directory: DirectoryAuthority,
): Promise<readonly Finding[]> => {
  const { name, config } = directory;
  if (!config.writeback.enabled) {
    const text = 'Writeback is off: people sign in with their password, and nobody can reset it here.';
    return [{ level: 'warning', about, text, advice: 'Set writeback.enabled to true.' }];
  }
  const { found, isEmpty } = await someOf(host, name);
  if (found.length === 0) {
    const text = 'Nobody who was looked at may sign in: whether resets would be written was not tried.';
    const advice = `Try it: latchkey writeback setup ${name} --try DN, of an account that nobody needs.`;
    return isEmpty ? [] : [{ level: 'warning', about, text, advice }];
  }
  const refused: string[] = [];
  for (const account of found) {
    const preflight = await directory.check(account);
    if (!preflight.works) refused.push(preflight.about);
  }
  const works = found.length - refused.length;
  const text = `A reset would be written for ${String(works)} of ${String(found.length)} people who were looked at.`;
  if (refused.length === 0) return [{ level: 'ok', about, text }];
  return [
    {
      ...{ level: works === 0 ? 'error' : 'warning', about, text: `${text} One of the others: ${refused[0] ?? ''}` },
      advice: 'See everybody by: latchkey writeback check --all, and the rights to give by: latchkey writeback setup',
    },
  ];
};

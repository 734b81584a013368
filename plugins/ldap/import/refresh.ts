import { LdapFailure } from '../connection/failure.ts';
import type { HeldImport } from './held-import.ts';
import { applyInTurn } from './apply-people.ts';
import { lose } from './losses.ts';
import { isShared, readPeople, seesAnybody } from './look-up.ts';
import type { ImportParts } from './parts.ts';
import { linkOf } from './plan-person.ts';
import type { Plan, Planning } from './plan-person.ts';

export type Refreshed = 'unchanged' | 'updated' | 'disabled' | 'gone';

/**
 * Brings one person up to date, when something about their entry was noticed: disabled, renamed, moved, gone. It is one
 * person, so that no share of all people counts here; but whose entry is not seen where nobody's is, is not gone: names
 * are typed by strangers, who could otherwise have everybody switched off one by one while the service account may not
 * read. Throws `LdapFailure` where no server answers.
 *
 * @param entry id of the entry, as the link has it
 */
export const refreshPerson = async (parts: ImportParts, entry: string): Promise<Refreshed> => {
  const link = await linkOf(parts, entry);
  if (!link) return 'unchanged';
  const committing: Pick<HeldImport, 'commit'> = {
    commit: async (changes) => {
      await parts.host.store.commit(changes);
    },
  };
  const reads = await parts.link.withService((ldap) => readPeople(ldap, parts, [entry]), { repeatable: true });
  if (reads.length === 0) {
    if (!(await parts.link.withService((ldap) => seesAnybody(ldap, parts), { repeatable: true }))) {
      parts.host.log.warn(
        { directory: parts.name },
        'nobody of a directory can be seen: whoever is missing is not gone',
      );
      return 'unchanged';
    }
    return (await lose(parts, committing, { id: link.id, kind: 'gone' })) ? 'gone' : 'unchanged';
  }
  const plans: Plan[] = [];
  const planning: Planning = {
    isListed: () => false,
    isShared: (read, asked) =>
      parts.link.withService((ldap) => isShared(ldap, parts, read, asked), { repeatable: true }),
  };
  await applyInTurn(parts, committing, reads, planning, (plan) => plans.push(plan));
  const [plan] = plans;
  if (plan?.loss) return (await lose(parts, committing, plan.loss)) ? 'disabled' : 'unchanged';
  return plan?.outcome === 'updated' ? 'updated' : 'unchanged';
};

/** The same beside a sign-in, which it must not keep from its end. Nothing where the operator wants no import. */
export const noticed = async (partsOf: () => ImportParts, entry: string): Promise<void> => {
  const parts = partsOf();
  if (!parts.config.import.enabled) return;
  try {
    await refreshPerson(parts, entry);
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    parts.host.log.warn({ directory: parts.name, error }, 'what was noticed at a sign-in waits for the next import');
  }
};

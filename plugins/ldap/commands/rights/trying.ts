import { AppError } from '../../../../src/kernel/errors.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Host } from '../../../../src/plugin.ts';
import type { DirectoryAuthority } from '../../authority/authority.ts';
import { directoryLinks, entryKeyOf } from '../../collections.ts';
import type { Entry } from '../../connection/entry.ts';
import { LdapFailure } from '../../connection/failure.ts';
import type { Ldap } from '../../connection/ldap.ts';
import { eq } from '../../../../src/store/query.ts';

/** What came of one right. */
export interface Trial {
  readonly right: string;
  readonly works: boolean;
  /** What the server said where it does not. */
  readonly said?: string;
}

/** Of every kind of character that a policy may ask for. */
const madeUp = (random: Random): string => `${random.bytes(18).toString('base64url')}Aa1-`;

const tried = async (right: string, act: () => Promise<unknown>): Promise<Trial> => {
  try {
    await act();
    return { right, works: true };
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    // Domain controllers end their words as C does.
    return { right, works: false, said: error.message.replace(/\0+$/, '') };
  }
};

/** That it cannot be done: for what a service account has no business with. */
const refused = async (right: string, act: () => Promise<unknown>): Promise<Trial> => {
  const { works } = await tried(right, act);
  return works ? { right, works: false, said: 'the server let it be done' } : { right, works: true };
};

/** The account to try on. Throws `bad_request` where it is somebody here, whose password would be gone. */
const subjectOf = async (ldap: Ldap, { store }: Host, directory: DirectoryAuthority, dn: string): Promise<Entry> => {
  const { name, config, dialect } = directory;
  const { id } = config.people.attributes;
  const entry = await ldap.entry(dn, [id, ...dialect.attributes]);
  if (!entry) throw new AppError('not_found', `${dn} is not found in ${name}`);
  const bytes = entry.bytes(id);
  const key = bytes && entryKeyOf(name, dialect.idText(bytes));
  const { docs } = await store.find(directoryLinks, eq('entryKey', key ?? ''), { limit: 1 });
  if (docs.length === 0) return entry;
  throw new AppError(
    'bad_request',
    `${dn} is somebody here: name an account that nobody needs, which import leaves out`,
  );
};

/** Does to one account everything that resets do, and something that they never do. Its password is lost. */
export const tryRights = (host: Host, directory: DirectoryAuthority, dn: string): Promise<readonly Trial[]> =>
  directory.link.withService(async (ldap) => {
    const { dialect, link } = directory;
    const entry = await subjectOf(ldap, host, directory, dn);
    const [first, second] = [madeUp(host.random), madeUp(host.random)];
    const plainly = { mustChange: false, unlock: false };
    const binds = async (): Promise<void> => {
      const { outcome } = dialect.meaning(await link.bindAs(entry.dn, first, { server: ldap.server }));
      if (outcome !== 'right') throw new LdapFailure('garbage', `the new password is ${outcome}`, ldap.server.url);
    };
    const trials = [await tried('reset a password', () => dialect.reset(ldap, entry, first, plainly))];
    if (trials[0]?.works) trials.push(await tried('sign in with it', binds));
    return [
      ...trials,
      await tried('unlock', () => dialect.unlock(ldap, entry)),
      await tried('have it changed at the next sign-in', () =>
        dialect.reset(ldap, entry, second, { mustChange: true, unlock: true }),
      ),
      await refused('nothing else: no other attribute can be written', () =>
        ldap.modify(entry.dn, [{ operation: 'replace', attribute: 'description', values: ['written by latchkey'] }]),
      ),
    ];
  });

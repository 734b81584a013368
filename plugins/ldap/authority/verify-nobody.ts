import { fold } from '../../../src/kernel/text.ts';
import type { Passwords } from '../../../src/plugin.ts';
import { LdapFailure } from '../connection/failure.ts';
import { dnPart } from '../escaping.ts';
import { directoryLinks } from '../collections.ts';
import type { BindGuard } from './bind-guard.ts';
import { logOutage } from './outage.ts';
import type { AuthorityParts } from './parts.ts';
import type { Policies } from './policies.ts';
import { isSendable } from './sendable.ts';

interface NobodyParts extends AuthorityParts {
  readonly policies: Policies;
  readonly guard: BindGuard;
}

/** Where nobody is: a stretch of a keyed hash, so that one name is one DN and none of them can be guessed and made. */
const DN_CHARACTERS = 32;

const WRONG = { outcome: 'wrong' } as const;

/** Reads, counts and binds as for somebody who has never been here, with an entry that does not exist. */
export const createVerifyNobody = (parts: NobodyParts): Passwords['verifyNobody'] => {
  const { name, config, link, dialect, guard, policies, secrets, store } = parts;

  const tried = async (password: string, key: string): Promise<void> => {
    await store.get(directoryLinks, key);
    const dn = `${dnPart('cn', key.slice(-DN_CHARACTERS))},${config.people.base}`;
    using open = new DisposableStack();
    const { policy, server, coming } = await link.withService(
      async (ldap) => {
        const coming = open.use(link.connecting(ldap.server));
        await ldap.entry(dn, dialect.attributes);
        return { policy: await policies.of(ldap, undefined), server: ldap.server, coming };
      },
      { repeatable: true },
    );
    const subject = { key, policy, state: { wrong: 0, stamp: undefined } };
    const admission = await guard.admit(subject, password, { known: false });
    if (admission.kind !== 'admitted') return;
    await link.bindAs(dn, password, { server, on: coming });
    await admission.wrong();
  };

  return async (password, typedName) => {
    if (!isSendable(password)) return WRONG;
    const key = `${name}:nobody:${secrets.hash('directory nobody', fold(typedName.trim()))}`;
    try {
      await tried(password, key);
      return WRONG;
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      logOutage(parts, error);
      return { outcome: 'unavailable' };
    }
  };
};

import type { Finding } from '../../../../src/plugin.ts';
import type { DirectoryAuthority } from '../../authority/authority.ts';
import { LdapFailure } from '../../connection/failure.ts';
import type { LdapServer } from '../../connection/ldap.ts';
import { dialectOf } from '../../dialects/list.ts';

/** Whether a server says that it takes no writes; nothing where it does not answer, which is told elsewhere. */
const saysSo = async ({ link, config }: DirectoryAuthority, server: LdapServer): Promise<boolean | undefined> => {
  try {
    const rootDse = await link.withService((ldap) => ldap.rootDse(), { server });
    return dialectOf[config.dialect].isReadOnly?.(rootDse) === true;
  } catch (error) {
    if (error instanceof LdapFailure) return undefined;
    throw error;
  }
};

/** Servers that are passed over where something is to be written. */
export const readOnlyFindings = async (about: string, directory: DirectoryAuthority): Promise<readonly Finding[]> => {
  const servers = await directory.link.servers();
  const said = await Promise.all(
    servers.map(async (server) => ({ server, isReadOnly: await saysSo(directory, server) })),
  );
  const readOnly = said.filter(({ isReadOnly }) => isReadOnly === true).map(({ server }) => server.url);
  if (readOnly.length > 0 && said.every(({ isReadOnly }) => isReadOnly !== false)) {
    return [
      {
        ...{ level: 'error', about },
        text: `All of its servers that answer are read-only domain controllers: ${readOnly.join(', ')}.`,
        advice: 'Name one by servers that takes writes: nobody can reset a password, or be unlocked, before.',
      },
    ];
  }
  return readOnly.map((url) => ({
    ...{ level: 'ok', about },
    text: `${url} is a read-only domain controller: passwords are written to the others.`,
  }));
};

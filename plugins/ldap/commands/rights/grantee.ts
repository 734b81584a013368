import type { DirectoryAuthority } from '../../authority/authority.ts';
import { LdapFailure } from '../../connection/failure.ts';
import type { Ldap } from '../../connection/ldap.ts';
import { parsedDn } from '../../distinguished-name.ts';
import { eq, or } from '../../filter.ts';
import type { Grantee } from './given.ts';

/** `corp.example` of `DC=corp,DC=example`. */
const domainOf = (base: string): string =>
  (parsedDn(base) ?? [])
    .flat()
    .filter(({ type }) => type.toLowerCase() === 'dc')
    .map(({ value }) => value)
    .join('.');

const sidText = (bytes: Buffer): string => {
  const authorities = Array.from({ length: bytes.readUInt8(1) }, (_, at) => bytes.readUInt32LE(8 + 4 * at));
  return ['S', bytes.readUInt8(0), bytes.readUIntBE(2, 6), ...authorities].join('-');
};

/** As the configuration has it: what to go by where the account does not exist yet, or no server answers. */
const supposed = ({ config }: DirectoryAuthority): Grantee => {
  const { bindDn, base, people } = config;
  const first = parsedDn(bindDn)?.[0]?.[0]?.value;
  const principal = bindDn.includes('@') && first === undefined ? bindDn : `${first ?? bindDn}@${domainOf(base)}`;
  return { people: people.base, base, dn: bindDn, principal };
};

const asked = async (ldap: Ldap, { config }: DirectoryAuthority, given: Grantee): Promise<Grantee> => {
  const attributes = ['sAMAccountName', 'objectSid'];
  const [name = ''] = given.principal.split('@');
  const entry = parsedDn(config.bindDn)
    ? await ldap.entry(config.bindDn, attributes)
    : (
        await ldap.search({
          base: config.base,
          filter: or(eq('userPrincipalName', config.bindDn), eq('sAMAccountName', name)),
          ...{ attributes, sizeLimit: 1 },
        })
      ).entries[0];
  const [account, sid] = [entry?.text('sAMAccountName'), entry?.bytes('objectSid')];
  return {
    ...given,
    ...(account === undefined ? {} : { principal: `${account}@${domainOf(given.base)}` }),
    ...(sid ? { sid: sidText(sid) } : {}),
  };
};

/** Whom the rights are for: asked of the directory where it answers. */
export const granteeOf = async (directory: DirectoryAuthority): Promise<Grantee> => {
  const given = supposed(directory);
  if (directory.config.dialect !== 'active-directory') return given;
  try {
    return await directory.link.withService((ldap) => asked(ldap, directory, given), { repeatable: true });
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return given;
  }
};

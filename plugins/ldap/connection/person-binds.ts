import { refusal } from './answered.ts';
import type { Result } from './answers.ts';
import type { Coming } from './coming.ts';
import type { Dialled, Dialling } from './dialling.ts';
import { LdapFailure } from './failure.ts';
import type { Gates } from './gates.ts';
import type { LdapServer } from './ldap.ts';
import type { RefusedBind, RightBind } from './link.ts';
import { PASSWORD_POLICY, passwordPolicyOf } from './password-policy.ts';

const INVALID_CREDENTIALS = 49;

/** A person's bind that was answered, and its connection while it is open. */
export interface Bound extends Dialled {
  readonly outcome: RefusedBind | RightBind;
}

const neverSent = (why: string): RefusedBind => ({
  right: false,
  code: INVALID_CREDENTIALS,
  server: undefined,
  diagnostic: `never sent: ${why}`,
  controls: new Map(),
  policy: undefined,
});

/** Why a bind would prove nothing, or would not be of the password that was typed (RFC 4513 section 5.1.2). */
export const unsendable = (dn: string, password: string): RefusedBind | undefined => {
  if (dn === '') return neverSent('no name');
  if (password === '') return neverSent('no password');
  if (dn.includes('\0') || password.includes('\0')) return neverSent('NUL');
  return dn.isWellFormed() && password.isWellFormed() ? undefined : neverSent('no Unicode');
};

const outcomeOf = (server: LdapServer, { code, diagnostic, controls }: Result): RefusedBind | RightBind => {
  const said = { server, diagnostic, controls, policy: passwordPolicyOf(controls) };
  return code === 0 ? { right: true, ...said } : { right: false, code, ...said };
};

interface Parts {
  readonly name: string;
  readonly dialling: Dialling;
  readonly gates: Gates;
}

/** Binds with a person's password at the first server that answers. The caller closes the connection. */
export const personBinds = ({ name, dialling, gates }: Parts) => {
  const dialled = async (server: LdapServer, coming: Coming | undefined): Promise<Dialled | LdapFailure> => {
    try {
      const come = coming?.server.url === server.url ? await coming.take() : undefined;
      return come ?? (await dialling.dial(server));
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      gates.failed(server, error);
      return error;
    }
  };

  const bindOn = async ({ connection, requests }: Dialled, dn: string, password: string): Promise<Result> => {
    try {
      const { result } = await connection.ask(requests.bind(dn, password, [PASSWORD_POLICY]));
      return result;
    } catch (error) {
      connection.close();
      if (error instanceof LdapFailure) gates.failed(connection.server, error);
      throw error;
    }
  };

  return async (servers: readonly LdapServer[], dn: string, password: string, coming?: Coming): Promise<Bound> => {
    let last: LdapFailure | undefined;
    for (const server of servers) {
      if (!gates.allows(server)) continue;
      const opened = await dialled(server, coming);
      if (opened instanceof LdapFailure) {
        last = opened;
        continue;
      }
      const result = await bindOn(opened, dn, password);
      const refused = refusal(result, server.url);
      if (!refused.isOutage) {
        gates.succeeded(server);
        return { ...opened, outcome: outcomeOf(server, result) };
      }
      // The password was not looked at: another server may.
      opened.connection.close();
      gates.failed(server, refused);
      last = refused;
    }
    throw last ?? new LdapFailure('unreachable', 'no server, or all are left alone for a while after failures', name);
  };
};

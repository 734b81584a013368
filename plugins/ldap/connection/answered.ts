import type { Result } from './answers.ts';
import type { Connection, Outcome, Told } from './connection.ts';
import { LdapFailure } from './failure.ts';
import type { Answer } from './ldap.ts';
import type { Request } from './requests.ts';

export const answerOf = ({ diagnostic, controls }: Result): Answer => ({ diagnostic, controls });

export const refusal = ({ code, diagnostic, controls, matchedDn }: Result, server: string): LdapFailure =>
  new LdapFailure(code, diagnostic, server, { controls, matchedDn });

/** Asks and takes nothing but success (0) and the codes named. Throws {@link LdapFailure}. */
export const answered = async (
  connection: Connection,
  request: Request,
  also: readonly number[] = [],
  take?: (told: Told) => void,
): Promise<Outcome> => {
  const outcome = await connection.ask(request, take);
  const { code } = outcome.result;
  if (code !== 0 && !also.includes(code)) throw refusal(outcome.result, connection.server.url);
  return outcome;
};

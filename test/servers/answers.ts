import type { Client, PasswordPolicyControl } from 'ldapts';
import type { Answer, DirectoryServer } from '../support/directories/directory-server.ts';
import { answerOf, during } from '../support/directories/sessions.ts';

/** The sub-code that AD hides in what it says of a failed bind. */
export const subCode = (answer: Answer): string | undefined =>
  answer.ok ? 'right' : /data ([0-9a-f]+)/.exec(answer.message)?.[1];

/** Result code, 0 when it was done. */
export const codeOf = (answer: Answer): number => (answer.ok ? 0 : answer.code);

interface Somebody {
  readonly dn: string;
  readonly password: string;
}

/** Does one thing on a connection that is bound as somebody. */
export const answerTo = (
  server: DirectoryServer,
  { dn, password }: Somebody,
  work: (client: Client, control: PasswordPolicyControl) => Promise<unknown>,
): Promise<Answer> =>
  during(server.connect(), async (client) => {
    await client.bind(dn, password);
    return answerOf((control) => work(client, control));
  });

export const asService = (server: DirectoryServer, work: Parameters<typeof answerTo>[2]): Promise<Answer> =>
  answerTo(server, { dn: server.serviceDn, password: server.servicePassword }, work);

/** The code of what something rejects with. */
export const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'nothing';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

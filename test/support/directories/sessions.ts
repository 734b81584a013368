import { Client, PasswordPolicyControl, ResultCodeError } from 'ldapts';
import type { Answer } from './directory-server.ts';

const PATIENCE_MS = 30_000;

/** Where a server is and whom its certificate is signed by (PEM). */
export interface Place {
  readonly ldapsUrl: string;
  readonly ca: string;
}

export const connectTo = ({ ldapsUrl, ca }: Place): Client =>
  new Client({ url: ldapsUrl, tlsOptions: { ca }, timeout: PATIENCE_MS, connectTimeout: PATIENCE_MS });

/** Does something on a connection of its own, which is closed afterwards. */
export const during = async <T>(client: Client, work: (client: Client) => Promise<T>): Promise<T> => {
  try {
    return await work(client);
  } finally {
    await client.unbind();
  }
};

/** What a server answers to one thing; rejects only when it answers nothing. */
export const answerOf = async (work: (control: PasswordPolicyControl) => Promise<unknown>): Promise<Answer> => {
  const control = new PasswordPolicyControl();
  const policy = () => (control.value && Object.keys(control.value).length > 0 ? { policy: control.value } : {});
  try {
    await work(control);
    return { ok: true, ...policy() };
  } catch (error) {
    if (error instanceof ResultCodeError) return { ok: false, code: error.code, message: error.message, ...policy() };
    throw error;
  }
};

/** One bind on a connection of its own. */
export const bindAt = (place: Place, dn: string, password: string): Promise<Answer> =>
  during(connectTo(place), (client) => answerOf((control) => client.bind(dn, password, control)));

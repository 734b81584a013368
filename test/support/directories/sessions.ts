import { Client, ResultCodeError } from 'ldapts';
import type { BindAnswer } from './directory-server.ts';

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

/** One bind on a connection of its own; rejects only when the server answers nothing. */
export const bindAt = (place: Place, dn: string, password: string): Promise<BindAnswer> =>
  during(connectTo(place), async (client) => {
    try {
      await client.bind(dn, password);
      return { ok: true };
    } catch (error) {
      if (error instanceof ResultCodeError) return { ok: false, code: error.code, message: error.message };
      throw error;
    }
  });

import { SECOND } from '../kernel/clock.ts';
import { post } from './post.ts';

/** An account at a carrier that is asked over HTTP. */
export interface Carrier {
  /** Without a trailing slash. */
  readonly url: string;
  readonly account: string;
  readonly token: string;
  /** PEM of the authority that signed the carrier's certificate, where it is none that everybody knows. */
  readonly ca?: string;
  /** Milliseconds after which an attempt has failed, however lively the carrier is. */
  readonly patience?: number;
}

export type CarrierReply =
  /** `body` is what was sent as JSON, or undefined for anything else. */
  | { readonly status: number; readonly body: Readonly<Record<string, unknown>> | undefined }
  /** The code of what went wrong. `unsure` where the carrier may have done what it was asked. */
  | { readonly failure: string; readonly unsure: boolean };

const PATIENCE = 20 * SECOND;

const parse = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** Posts a form to a carrier, with its account by basic authentication. */
export const askCarrier = async (
  { url, account, token, ca, patience = PATIENCE }: Carrier,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<CarrierReply> => {
  const reply = await post({
    url: new URL(url + path),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: new URLSearchParams(fields).toString(),
    auth: `${account}:${token}`,
    patience,
    ...(ca === undefined ? {} : { ca }),
  });
  return 'failure' in reply ? reply : { status: reply.status, body: parse(reply.text) };
};

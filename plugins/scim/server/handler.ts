import type { Call, Reply } from '../../../src/plugin.ts';
import type { Asker } from '../clients/client.ts';
import type { Resource } from './kind.ts';
import { answerType } from './media-type.ts';
import type { Method } from './target.ts';

/** A request by a client that was let in. */
export interface Admitted {
  readonly call: Call;
  readonly asker: Asker;
  /** Segments of the path after those that chose the handler, such as an id. */
  readonly rest: readonly string[];
}

export type Handler = (request: Admitted) => Promise<Reply> | Reply;

export type Handlers = { readonly [M in Method]?: Handler };

/** What is served at a path, by its segments below the prefix. */
export type Table = (
  segments: readonly string[],
) => { readonly handlers: Handlers; readonly rest: readonly string[] } | undefined;

/** An answer with a body of JSON. */
export const answered = (
  { call }: Pick<Admitted, 'call'>,
  status: number,
  body: Resource,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { 'Content-Type': `${answerType(call)}; charset=utf-8`, ...headers },
  body: JSON.stringify(body),
});

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';

/** A sentence by its name in the messages, with what it is filled with. Code never holds the sentence itself. */
export interface MessageRef {
  readonly key: string;
  readonly values?: Readonly<Record<string, string | number>>;
  /** Times that it is filled with besides (epoch milliseconds): shown in the reader's own zone. */
  readonly moments?: Readonly<Record<string, number>>;
}

/** A place where people may begin by themselves, such as the reset of a password. */
export interface Entrance {
  readonly label: MessageRef;
  readonly path: string;
}

export interface Cookies {
  get(name: string): string | undefined;
  /** HttpOnly, SameSite=Lax, `__Host-` and Secure under https; `maxAge` in milliseconds, a session cookie without it. */
  set(name: string, value: string, options?: { readonly maxAge?: number }): void;
  clear(name: string): void;
}

/** One request, as a handler sees it: parsed, bounded, and free of the framework. */
export interface Visit<Form = undefined> {
  readonly params: Readonly<Record<string, string>>;
  /** Each parameter once; a repeated one was refused before the handler ran. */
  readonly query: Readonly<Record<string, string>>;
  readonly form: Form;
  /** Keyed hash of this browser's long-lived random cookie: what may be stored to know the browser again. */
  readonly browser: string;
  /** Client address, read from forward headers only behind a trusted proxy. */
  readonly address: string;
  /** The User-Agent header, shortened; for people to recognise a device by, never to decide on. */
  readonly agent: string;
  /** Names this request in logs and audit. */
  readonly correlation: string;
  /** BCP 47 tag of a language that there are messages for. */
  readonly locale: string;
  readonly cookies: Cookies;
  /** For oidc-provider's own calls only. */
  readonly raw: { readonly req: IncomingMessage; readonly res: ServerResponse };
}

/** What a handler gives back. The host adds headers, CSRF value, language and layout, and waits for `durable()`. */
export type Answer =
  | {
      readonly kind: 'page';
      /** `<plugin>/<file>` for a plugin's view, `<file>` for the host's own. */
      readonly view: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly status: number;
      /** By field name; the page shows them in a summary that takes the focus and at each field. */
      readonly errors: Readonly<Record<string, MessageRef>>;
      /** Origins besides our own that a form on this page may end at (CSP form-action follows redirects). */
      readonly formTargets: readonly string[];
      /** Has a web manifest of ours, by which people install it like an app. */
      readonly installable: boolean;
    }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'json'; readonly body: unknown; readonly status: number }
  /** Anything else in one piece, such as XML for a program. */
  | { readonly kind: 'document'; readonly type: string; readonly body: string; readonly status: number }
  /** The handler, or oidc-provider on its behalf, has answered on `raw.res` itself. */
  | { readonly kind: 'answered' };

type PageOptions = Partial<
  Pick<Extract<Answer, { kind: 'page' }>, 'status' | 'errors' | 'formTargets' | 'installable'>
>;

/** A page; its status is 422 where it shows errors, unless given. */
export const page = (
  view: string,
  data: Readonly<Record<string, unknown>> = {},
  options: PageOptions = {},
): Answer => ({
  kind: 'page',
  view,
  data,
  status: options.status ?? (Object.keys(options.errors ?? {}).length > 0 ? 422 : 200),
  errors: options.errors ?? {},
  formTargets: options.formTargets ?? [],
  installable: options.installable ?? false,
});

/** 303 See Other, so that a reload never posts again. */
export const redirect = (to: string): Answer => ({ kind: 'redirect', to });

export const json = (body: unknown, status = 200): Answer => ({ kind: 'json', body, status });

/**
 * A path of the server. POST bodies are `application/x-www-form-urlencoded`, at most 64 kB, checked for CSRF, each
 * field a single string, and match `form` before the handler runs; what does not match is `form_invalid`.
 */
export interface Route<Form = unknown> {
  readonly method: 'GET' | 'POST';
  /** Path with `:name` parameters. GET serves HEAD as well, and must change nothing that matters. */
  readonly path: string;
  readonly form?: z.ZodType<Form>;
  /**
   * `program`: posted by no page of ours but by a program that signs what it sends. Nothing is checked for CSRF then,
   * and the handler has to refuse what is not signed, whatever it answers.
   */
  readonly caller?: 'program';
  handle(visit: Visit<Form>): Promise<Answer>;
}

export const get = (path: string, handle: (visit: Visit) => Promise<Answer>): Route => ({
  method: 'GET',
  path,
  handle,
});

export const post = <F>(path: string, form: z.ZodType<F>, handle: (visit: Visit<F>) => Promise<Answer>): Route => ({
  method: 'POST',
  path,
  form,
  handle,
});

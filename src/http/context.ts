import type Koa from 'koa';

/** What the middleware in front has found out about a request. */
export interface RequestFacts {
  /** Names the request in logs and audit, and on error pages; easy to read out on the telephone. */
  correlation: string;
  /** Client address; see `forwarded.ts`. */
  address: string;
  /** BCP 47 tag of a language that there are messages for. */
  readonly locale: string;
  /** What has served it, for figures: the path of a route as it is written in the table, never one that was asked for. */
  served?: string;
}

export type Context = Koa.ParameterizedContext<RequestFacts>;

export type Middleware = Koa.Middleware<RequestFacts>;

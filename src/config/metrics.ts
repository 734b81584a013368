import type { Fault } from './faults.ts';
import type { Config } from './schema.ts';

const LEAST_LENGTH = 32;
/** Random hexadecimal of that length has 14 different characters, and fewer than 8 once in millions. */
const LEAST_DIFFERENT = 8;
/** RFC 6750 section 2.1, b64token. */
const BEARER = /^[A-Za-z0-9\-._~+/]+=*$/;

const faultOf = (token: string): string | undefined => {
  if (token.length < LEAST_LENGTH || new Set(token).size < LEAST_DIFFERENT) {
    return 'can be guessed: make one with `openssl rand -hex 32`';
  }
  return BEARER.test(token) ? undefined : 'holds characters that a bearer token cannot have';
};

/** What is wrong with who may read figures. */
export const metricsFaults = (
  { metrics, http }: Pick<Config, 'metrics' | 'http'>,
  source: (path: readonly string[]) => string | undefined,
): readonly Fault[] => {
  if (!metrics) return [];
  const fault = (path: readonly string[], message: string): Fault => {
    const from = source(path);
    return { path: path.join('.'), message, ...(from === undefined ? {} : { source: from }) };
  };
  const token = faultOf(metrics.token.reveal());
  return [
    ...(token === undefined ? [] : [fault(['metrics', 'token'], token)]),
    ...(http.workers > 1
      ? [fault(['http', 'workers'], 'must be 1 beside metrics: each process would tell of itself alone, by turns')]
      : []),
  ];
};

import { z } from 'zod';
import type { Route } from './route.ts';

type Methods = Partial<Record<Route['method'], Route>>;

interface Pattern {
  readonly segments: readonly string[];
  readonly methods: Methods;
}

export type Match =
  | { readonly kind: 'route'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'other-methods'; readonly allow: string }
  | { readonly kind: 'none' };

const FORBIDDEN = /[/\\\p{Cc}]/u;

const isCanonical = (segment: string): boolean => {
  if (segment === '.' || segment === '..') return false;
  if (!segment.includes('%')) return /^[\w.~!$&'()*+,;=:@-]*$/.test(segment);
  try {
    const decoded = decodeURIComponent(segment);
    return !FORBIDDEN.test(decoded) && encodeURIComponent(decoded) === segment;
  } catch {
    return false;
  }
};

/**
 * True for a path that has one spelling only. `//`, `/./`, `/../`, backslashes, control characters and percent-encoding
 * where none is needed are how requests slip past a check made on one spelling and are served under another.
 */
export const isCanonicalPath = (path: string): boolean => {
  const segments = path.split('/').slice(1);
  return segments.every((segment, at) => (segment !== '' || at === segments.length - 1) && isCanonical(segment));
};

const paramsOf = (pattern: Pattern, segments: readonly string[]): Record<string, string> | undefined => {
  if (pattern.segments.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, expected] of pattern.segments.entries()) {
    const given = segments[at] ?? '';
    if (!expected.startsWith(':')) {
      if (expected !== given) return undefined;
    } else {
      if (given === '') return undefined;
      params[expected.slice(1)] = decodeURIComponent(given);
    }
  }
  return params;
};

/** A form with fields that its route does not know was not made by our page. */
const strict = (route: Route): Route =>
  route.form instanceof z.ZodObject ? { ...route, form: route.form.strict() } : route;

const collect = (routes: readonly Route[]): Map<string, Methods> => {
  const paths = new Map<string, Methods>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? {};
    if (methods[route.method]) throw new TypeError(`two routes for ${route.method} ${route.path}`);
    paths.set(route.path, { ...methods, [route.method]: strict(route) });
  }
  return paths;
};

/** Finds the route of a request by its exact path; there is no other way to be served. */
export const createRouteTable = (routes: readonly Route[]): ((method: string, path: string) => Match) => {
  const paths = collect(routes);
  const fixed = new Map([...paths].filter(([path]) => !path.includes(':')));
  const patterns = [...paths]
    .filter(([path]) => path.includes(':'))
    .map(([path, methods]): Pattern => ({ segments: path.split('/').slice(1), methods }));

  const find = (path: string): { methods: Methods; params: Readonly<Record<string, string>> } | undefined => {
    const exact = fixed.get(path);
    if (exact) return { methods: exact, params: {} };
    const segments = path.split('/').slice(1);
    for (const pattern of patterns) {
      const params = paramsOf(pattern, segments);
      if (params) return { methods: pattern.methods, params };
    }
    return undefined;
  };

  return (method, path) => {
    const found = find(path);
    if (!found) return { kind: 'none' };
    const route =
      method === 'POST' ? found.methods.POST : method === 'GET' || method === 'HEAD' ? found.methods.GET : undefined;
    if (route) return { kind: 'route', route, params: found.params };
    const allow = [...(found.methods.GET ? ['GET', 'HEAD'] : []), ...(found.methods.POST ? ['POST'] : [])].join(', ');
    return { kind: 'other-methods', allow };
  };
};

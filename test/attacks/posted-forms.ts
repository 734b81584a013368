import { methodNames } from '../../plugins/sspr/methods/list.ts';
import type { Form } from '../support/html.ts';
import type { Person } from '../support/person.ts';
import type { World } from '../support/world.ts';

/** Those of the library, with the path as one finds it; ours are told by the server itself. */
export const LIBRARY_POSTS: readonly string[] = ['/device', '/session/end/confirm'];

/** The route that a path is served by. */
export const routeOf = (w: World, method: 'GET' | 'POST', path: string): string | undefined => {
  const segments = path.split('/');
  const fits = (route: string): boolean => {
    const expected = route.split('/');
    return (
      expected.length === segments.length &&
      expected.every((each, at) => (each.startsWith(':') ? segments[at] !== '' : each === segments[at]))
    );
  };
  return (
    w.app.routes.find((route) => route.method === method && fits(route.path))?.path ??
    LIBRARY_POSTS.find((each) => method === 'POST' && each === path)
  );
};

/** Where all methods are served by the same code, and what of them is shown there. */
const PLACES: readonly (readonly [string, string])[] = [
  ['/reset/prove', 'proof'],
  ['/unlock/prove', 'proof'],
  ['/interaction/:uid/factor', 'proof'],
  ['/interaction/:uid/register', 'registration'],
  ['/interaction/:uid/confirm', 'registration'],
  ['/security-info', 'registration'],
  ['/pass', 'registration'],
];

/** Buttons without a field. */
const BUTTONS: ReadonlySet<string> = new Set(['send', 'back']);

const NAMES: ReadonlySet<string> = new Set(methodNames);

/** What has to be tried of a form: with many methods, the fields of each in one place, and each place with one method. */
const partsOf = (path: string): readonly string[] => {
  for (const [place, shown] of PLACES) {
    const [name = '', action = ''] = path.startsWith(`${place}/`) ? path.slice(place.length + 1).split('/') : [];
    if (!NAMES.has(name)) continue;
    return [`${place}/:method/${action}`, ...(BUTTONS.has(action) ? [] : [`${shown} of ${name} ${action}`])];
  }
  return [path];
};

/** Names of all that is to be tried, in order. */
export const partsOfAll = (paths: Iterable<string>): readonly string[] =>
  [...new Set([...paths].flatMap(partsOf))].sort();

export const TOKENS: ReadonlySet<string> = new Set(['csrf', 'xsrf']);

export interface PostedForm {
  /** As the browser would ask for it. */
  readonly url: URL;
  readonly fields: Readonly<Record<string, string>>;
  /** Names of what a person types, or a page holds for them; the token of the form aside. */
  readonly names: readonly string[];
}

const PLAUSIBLE: Readonly<Record<string, (person: Person) => string>> = {
  username: ({ userName }) => userName,
  password: ({ password }) => password,
  current: ({ password }) => password,
  email: ({ alternateMail }) => `other.${alternateMail}`,
  code: () => '12345678',
  tel: () => '+491701234568',
  word: () => 'badada',
  user_code: () => 'BCDF-GHJK',
};

const plausible = (person: Person, name: string, value: string): string => {
  if (value !== '') return value;
  return PLAUSIBLE[name]?.(person) ?? `something for ${name}`;
};

const posted = (person: Person, at: URL, { fields, action }: Form): PostedForm => {
  const button = fields.find(({ type }) => type === 'submit');
  const sent = fields.filter((field) => field.name !== '' && (field.type !== 'submit' || field === button));
  return {
    url: new URL(action, at),
    fields: Object.fromEntries(sent.map(({ name, value }) => [name, plausible(person, name, value)])),
    names: sent.map(({ name }) => name).filter((name) => !TOKENS.has(name)),
  };
};

/** The forms of the page that somebody is at, filled in as though by them. */
export const postedForms = async (person: Person): Promise<readonly PostedForm[]> => {
  const at = await person.browser.url();
  return person.browser.forms.filter(({ method }) => method === 'POST').map((form) => posted(person, at, form));
};

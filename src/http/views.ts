import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Eta } from 'eta/core';

/** Templates, compiled once at start. */
export interface Views {
  /** `<file>` of the host's folder or `<plugin>/<file>`, without `.eta`. Throws for a view there is none of. */
  render(name: string, model: object): string;
  readonly names: readonly string[];
}

/** A folder of `.eta` files; their names begin with `prefix/`, and a plugin's is its name. */
export interface ViewFolder {
  readonly folder: string;
  readonly prefix?: string;
}

/**
 * What every template has at hand beside `it`. `part` renders a piece of a page from `views/parts/` and shows it
 * nothing but its own values, so that a page's data cannot leak into it by having the same name.
 */
const HEADER = `
const { t, rich, phrase, asset, clock, moment, errors } = it;
const part = (name, own) => include('parts/' + name, { own: own ?? {} });
`;

const EXTENSION = '.eta';

const templates = ({ folder, prefix }: ViewFolder): [name: string, template: string][] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => join(folder, file))
    .map((file) => {
      const name = relative(folder, file).slice(0, -EXTENSION.length).split(sep).join('/');
      return [prefix === undefined ? name : `${prefix}/${name}`, readFileSync(file, 'utf8')];
    });

/** Views whose name ends in `.text` are plain text (mail); in all others, what is put in is escaped for HTML. */
export const loadViews = (folders: readonly ViewFolder[]): Views => {
  const html = new Eta({ functionHeader: HEADER, autoEscape: true });
  // In plain text every line break counts; in HTML the one after a tag is noise.
  const text = new Eta({ functionHeader: HEADER, autoEscape: false, autoTrim: false });
  const engineOf = (name: string): Eta => (name.endsWith('.text') ? text : html);

  const all = folders.flatMap(templates);
  for (const [name, template] of all) engineOf(name).loadTemplate(name, template);

  return {
    names: all.map(([name]) => name),
    render: (name, model) => engineOf(name).render(name, model),
  };
};

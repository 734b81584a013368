import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';

export type MessageValues = Readonly<Record<string, string | number>>;

/** Markup that is safe to put into a page as it is. */
export interface Html {
  readonly html: string;
  toString(): string;
}

export const html = (text: string): Html => ({ html: text, toString: () => text });

/** The sentences of one language. */
export interface Translator {
  /** BCP 47 tag. */
  readonly locale: string;
  /** Plain text. A key without a sentence in this language takes that of the default one, else shows itself. */
  t(key: string, values?: MessageValues): string;
  /**
   * HTML, so that a link or a stress can stand inside a translated sentence: values are escaped, tags are made by
   * `tags`, and the sentence itself is ours.
   */
  rich(
    key: string,
    values: Readonly<Record<string, string | number | Html>>,
    tags: Readonly<Record<string, (inside: string) => string>>,
  ): string;
}

export interface Messages {
  /** Languages there are, the default first. */
  readonly locales: readonly string[];
  /** The sentences of the nearest language: `de-AT` takes `de`, an unknown one the default. */
  in(locale: string): Translator;
}

/** A folder of `<language>.json` files; its keys begin with `prefix`, and a plugin's is its name. */
export interface MessageFolder {
  readonly folder: string;
  readonly prefix?: string;
}

interface Tree {
  readonly [name: string]: string | Tree;
}

const flatten = (tree: Tree, prefix: string): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    return typeof value === 'string' ? [[key, value]] : flatten(value, key);
  });

/** Every sentence of one language by its key, plugins' folders after the host's own. */
export const readMessages = (folders: readonly MessageFolder[], locale: string): ReadonlyMap<string, string> =>
  new Map(
    folders
      .filter(({ folder }) => readdirSync(folder).includes(`${locale}.json`))
      .flatMap(({ folder, prefix = '' }) =>
        flatten(JSON.parse(readFileSync(join(folder, `${locale}.json`), 'utf8')) as Tree, prefix),
      ),
  );

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Most sentences hold nothing to fill in; they need no parser. */
const isPlain = (sentence: string): boolean => !/[{}<']/.test(sentence);

type Format = (values: Readonly<Record<string, unknown>>) => string;

const compile = (sentence: string, locale: string, ignoreTag: boolean): Format => {
  const message = new IntlMessageFormat(sentence, locale, undefined, { ignoreTag });
  return (values) => String(message.format(values as Record<string, string>));
};

const translator = (
  locale: string,
  sentences: ReadonlyMap<string, string>,
  fallback: ReadonlyMap<string, string>,
): Translator => {
  const plain = new Map<string, Format>();
  const tagged = new Map<string, Format>();

  const format = (cache: Map<string, Format>, key: string, ignoreTag: boolean): Format => {
    const known = cache.get(key);
    if (known) return known;
    const sentence = sentences.get(key) ?? fallback.get(key) ?? key;
    const made = isPlain(sentence) ? () => sentence : compile(sentence, locale, ignoreTag);
    // Keys that nobody wrote a sentence for may come from outside and must not fill the memory.
    if (sentences.has(key) || fallback.has(key)) cache.set(key, made);
    return made;
  };

  return {
    locale,
    t: (key, values = {}) => format(plain, key, true)(values),
    rich(key, values, tags) {
      const safe = Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'object' ? value.html : typeof value === 'string' ? escapeHtml(value) : value,
      ]);
      const made = Object.entries(tags).map(([name, tag]) => [name, (parts: unknown[]) => tag(parts.join(''))]);
      return format(tagged, key, false)(Object.fromEntries([...safe, ...made]) as Record<string, unknown>);
    },
  };
};

/**
 * @param available BCP 47 tags, the default first; each has a file in the host's folder
 */
export const loadMessages = (folders: readonly MessageFolder[], available: readonly string[]): Messages => {
  const [first = 'en'] = available;
  const fallback = readMessages(folders, first);
  const translators = new Map(
    available.map((locale) => [
      locale.toLowerCase(),
      translator(locale, locale === first ? fallback : readMessages(folders, locale), fallback),
    ]),
  );
  const standard = translators.get(first.toLowerCase()) ?? translator(first, fallback, fallback);

  return {
    locales: available,
    in(locale) {
      const tag = locale.toLowerCase();
      return translators.get(tag) ?? translators.get(tag.split('-')[0] ?? '') ?? standard;
    },
  };
};

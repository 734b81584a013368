import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { IntlMessageFormat } from 'intl-messageformat';
import { loadMessages, readMessages } from '../../src/http/messages.ts';
import type { MessageFolder } from '../../src/http/messages.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';

const plugins = readdirSync(join(packageRoot, 'plugins'));

const inPlugins = (kind: string): string[] =>
  plugins.filter((name) => readdirSync(join(packageRoot, 'plugins', name)).includes(kind));

const folders: readonly MessageFolder[] = [
  { folder: join(packageRoot, 'config/locales') },
  ...inPlugins('messages').map((name) => ({ folder: join(packageRoot, 'plugins', name, 'messages'), prefix: name })),
];

const languages = readdirSync(join(packageRoot, 'config/locales')).map((file) => file.replace('.json', ''));

/** A piece of a parsed sentence, as far as this test looks at it. */
interface Piece {
  readonly value?: unknown;
  readonly children?: readonly Piece[];
  readonly options?: Readonly<Record<string, { readonly value: readonly Piece[] }>>;
  /** 0 is text, 7 the number of a plural. */
  readonly type: number;
}

/** Names of what a sentence is filled with, tags included. */
const namesIn = (pieces: readonly Piece[]): string[] =>
  pieces.flatMap(({ type, value, children = [], options = {} }) => [
    ...(type === 0 || type === 7 ? [] : [String(value)]),
    ...namesIn(children),
    ...Object.values(options).flatMap((option) => namesIn(option.value)),
  ]);

const argumentsOf = (sentence: string, language: string): string[] => {
  const pieces = new IntlMessageFormat(sentence, language).getAst() as readonly Piece[];
  return [...new Set(namesIn(pieces))].toSorted();
};

describe('http: sentences', () => {
  const english = readMessages(folders, 'en');

  for (const language of languages) {
    it(`are there in ${language}, all of them and no more, filled with the same values as in English`, () => {
      const sentences = readMessages(folders, language);
      expect([...sentences.keys()].toSorted()).to.deep.equal([...english.keys()].toSorted());
      for (const [key, sentence] of sentences) {
        expect(argumentsOf(sentence, language), key).to.deep.equal(argumentsOf(english.get(key) ?? '', 'en'));
        expect(sentence.trim(), key).to.equal(sentence);
        expect(sentence, key).not.to.match(/!|\boops\b/i);
      }
    });

    it(`give ${language} each key once`, () => {
      for (const { folder } of folders) {
        const names: string[] = [];
        const path: string[] = [];
        for (const line of readFileSync(join(folder, `${language}.json`), 'utf8').split('\n')) {
          const name = /^\s*"([^"]+)": (\{$)?/.exec(line);
          if (name) names.push([...path, name[1]].join('.'));
          if (name?.[2]) path.push(name[1] ?? '');
          else if (/^\s*\},?$/.test(line)) path.pop();
        }
        expect(names.length).to.be.above(0);
        expect(new Set(names).size).to.equal(names.length);
      }
    });
  }

  it('are all there that views name, and those of every error', () => {
    const views = [
      join(packageRoot, 'views'),
      ...inPlugins('views').map((name) => join(packageRoot, 'plugins', name, 'views')),
    ];
    const used = views.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.eta'))
        .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/\b(?:t|rich)\('([^']+)'/g)])
        .map((match) => match[1] ?? ''),
    );
    expect(used.length).to.be.above(10);
    expect(used.filter((key) => !english.has(key))).to.deep.equal([]);
  });

  it('escape what is put into their HTML form, and nothing in their plain one', () => {
    const { t, rich } = loadMessages(folders, ['en', 'de']).in('en');
    const app = '<img src=x onerror=alert(1)>"\'&{x}';
    expect(t('errors.back', { app })).to.equal(`Go back to ${app}`);
    expect(rich('errors.back', { app }, {})).to.equal(
      'Go back to &lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;{x}',
    );
  });

  it('fall back to the nearest language, then to the default one; a key nobody wrote shows itself', () => {
    const messages = loadMessages(folders, ['en', 'de']);
    expect(messages.in('de-AT').locale).to.equal('de');
    expect(messages.in('ja').locale).to.equal('en');
    expect(messages.in('en').t('no.such.key')).to.equal('no.such.key');
  });

  it('count as the language does', () => {
    const messages = loadMessages(folders, ['en', 'de']);
    expect(messages.in('en').t('layout.summary', { count: 1 })).to.equal('There is a problem');
    expect(messages.in('de').t('layout.summary', { count: 1000 })).to.equal('Es gibt 1.000 Probleme');
  });
});

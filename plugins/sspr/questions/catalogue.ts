import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/kernel/package-root.ts';

/** A question by language (BCP 47). */
export type Texts = Readonly<Record<string, string>>;

export interface Catalogue {
  readonly ids: readonly string[];
  /** The question in the nearest language there is; undefined for a question that was taken away. */
  text(id: string, locale: string): string | undefined;
}

const nearest = (texts: Texts, locale: string): string | undefined =>
  texts[locale] ?? texts[locale.split('-')[0] ?? ''] ?? texts['en'] ?? Object.values(texts)[0];

/** Our questions and the organisation's own, which take the place of ours where the id is the same. */
export const createCatalogue = (own: readonly { readonly id: string; readonly text: Texts }[]): Catalogue => {
  const file = join(packageRoot, 'config', 'questions.json');
  const ours = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Texts>>;
  const all = new Map([...Object.entries(ours), ...own.map(({ id, text }) => [id, text] as const)]);
  return {
    ids: [...all.keys()],
    text(id, locale) {
      const texts = all.get(id);
      return texts && nearest(texts, locale);
    },
  };
};

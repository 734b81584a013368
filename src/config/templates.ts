import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { COMMON_VALUES } from '../kernel/operator-templates.ts';
import type {
  OperatorTemplate,
  OperatorTemplates,
  TemplateCatalogue,
  TemplateFacts,
} from '../kernel/operator-templates.ts';
import { namesIn, parsePlaceholders } from '../kernel/placeholders.ts';
import type { Piece } from '../kernel/placeholders.ts';
import type { Fault } from './faults.ts';
import { nearest } from './nearest.ts';

const PARTS = ['subject', 'text', 'html'] as const;

type Part = (typeof PARTS)[number];

/** A file of the folder, by its place. */
interface Place {
  readonly file: string;
  /** Of the template, without its last part: what its files have in common. */
  readonly key: string;
  readonly facts: TemplateFacts;
  readonly channel: 'mail' | 'sms';
  readonly part: Part;
}

interface Sources {
  readonly locales: readonly string[];
  /** Catalogues by the plugin's name. */
  readonly catalogues: Readonly<Record<string, TemplateCatalogue>>;
}

const FORM = 'LANGUAGE/PLUGIN/CHANNEL/NAME.PART, such as en/sspr/mail/password-reset.text';

const oneOf = (known: readonly string[]): string => `known are ${known.join(', ')}`;

const placeOf = (file: string, { locales, catalogues }: Sources): Place | string => {
  const [locale = '', plugin = '', channel = '', last = '', ...more] = file.split('/');
  const [name = '', part = '', ...dots] = last.split('.');
  if (more.length > 0 || dots.length > 0 || part === '') return `files are named ${FORM}`;
  if (!locales.includes(locale)) return `no such language: ${oneOf(locales)}`;
  const catalogue = Object.hasOwn(catalogues, plugin) ? catalogues[plugin] : undefined;
  if (!catalogue) return `no such plugin with messages: ${oneOf(Object.keys(catalogues))}`;
  const facts = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (!facts) {
    const meant = nearest(name, Object.keys(catalogue));
    return meant === undefined ? `no such message: ${oneOf(Object.keys(catalogue))}` : `no such message: ${meant}?`;
  }
  if ((channel !== 'mail' && channel !== 'sms') || !facts.required[channel]) return 'the message does not go that way';
  const parts: readonly string[] = channel === 'mail' ? PARTS : ['text'];
  if (!parts.includes(part)) return `no such part: ${oneOf(parts)}`;
  return { file, key: `${locale}/${plugin}/${channel}/${name}`, facts, channel, part: part as Part };
};

/** What a mail must not hold: mail programs drop it, or should. */
const FORBIDDEN =
  /<\s*\/?\s*(script|iframe|object|embed|form|base|link|meta|svg)\b|\son\w+\s*=|(?:javascript|data|vbscript)\s*:/i;

const isLink = (name: string, { values }: TemplateFacts): boolean => values[name] === 'link';

/** Values are escaped for text and for quoted attributes: inside a tag only the address of a link may be one. */
const inTagFaults = (text: string, facts: TemplateFacts): readonly string[] =>
  [...text.matchAll(/<[^>]*>/g)].flatMap(([tag]) => {
    const rest = tag.replace(/\shref="\{\{(\w+)\}\}"/g, (whole, name: string) => (isLink(name, facts) ? '' : whole));
    return rest.includes('{{') ? ['inside a tag only a link may be filled in, as href="{{link}}" by itself'] : [];
  });

const htmlFaults = (text: string, facts: TemplateFacts): readonly string[] => [
  ...(FORBIDDEN.test(text) ? ['scripts, forms, frames and the like are not allowed'] : []),
  ...(/\ssrc\s*=|url\(|@import/i.test(text) ? ['nothing is loaded from elsewhere: no src, url() or @import'] : []),
  ...inTagFaults(text, facts),
];

interface Read {
  readonly place: Place;
  readonly pieces: readonly Piece[];
  readonly faults: readonly string[];
}

const judged = (place: Place, text: string): Read => {
  const { facts, channel, part } = place;
  const { pieces, faults } = parsePlaceholders(text);
  const names = namesIn(pieces);
  const known = { ...COMMON_VALUES, ...facts.values };
  const shown = new Set(names.filter((one) => one.shown).map(({ name }) => name));
  const missing = part === 'subject' ? [] : (facts.required[channel] ?? []).filter((name) => !shown.has(name));
  const live = part === 'subject' ? names.filter(({ name }) => isLink(name, facts) || name === 'code') : [];
  return {
    place,
    pieces,
    faults: [
      ...faults.map(({ line, message }) => `line ${String(line)}: ${message}`),
      ...names
        .filter(({ name }) => !Object.hasOwn(known, name))
        .map(({ name, line }) => `line ${String(line)}: no such value {{${name}}}: ${oneOf(Object.keys(known))}`),
      ...missing.map((name) => `{{${name}}} is missing`),
      ...live.map(({ name }) => `{{${name}}} does not belong into a subject, which is shown on locked screens`),
      ...(part === 'html' ? htmlFaults(text, facts) : []),
      ...(text.trim() === '' ? ['the file is empty'] : []),
    ],
  };
};

const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();
};

const together = (reads: readonly Read[]): ReadonlyMap<string, Partial<Record<Part, Read>>> => {
  const all = new Map<string, Partial<Record<Part, Read>>>();
  for (const read of reads) all.set(read.place.key, { ...all.get(read.place.key), [read.place.part]: read });
  return all;
};

/** The operator's messages, and everything that is wrong with them. */
export const readTemplates = async (
  folder: string | undefined,
  sources: Sources,
): Promise<{ readonly templates: OperatorTemplates; readonly faults: readonly Fault[] }> => {
  const faults: Fault[] = [];
  const templates = new Map<string, OperatorTemplate>();
  const note = (file: string, message: string): void => {
    faults.push({ path: 'templates', message: `${file}: ${message}` });
  };
  const reads: Read[] = [];
  try {
    for (const file of folder === undefined ? [] : await filesIn(folder)) {
      const place = placeOf(file, sources);
      if (typeof place === 'string') note(file, place);
      else reads.push(judged(place, await readFile(join(folder ?? '', file), 'utf8')));
    }
  } catch {
    faults.push({ path: 'templates', message: `the folder ${folder ?? ''} cannot be read` });
  }
  for (const { place, faults: theirs } of reads) for (const each of theirs) note(place.file, each);
  for (const [key, { subject, text, html }] of together(reads)) {
    const [first] = [subject, html].filter((one) => one !== undefined);
    if (!text) {
      if (first) note(first.place.file, `there is no ${key}.text beside it`);
      continue;
    }
    templates.set(key, {
      values: { ...COMMON_VALUES, ...text.place.facts.values },
      text: text.pieces,
      ...(subject && { subject: subject.pieces }),
      ...(html && { html: html.pieces }),
    });
  }
  return { templates, faults };
};

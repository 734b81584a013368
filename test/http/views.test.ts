import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../src/kernel/package-root.ts';

const folders = [
  join(packageRoot, 'views'),
  ...readdirSync(join(packageRoot, 'plugins'))
    .filter((name) => readdirSync(join(packageRoot, 'plugins', name)).includes('views'))
    .map((name) => join(packageRoot, 'plugins', name, 'views')),
];

const views = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.eta'))
    .map((file) => ({
      name: join(folder, file).slice(packageRoot.length + 1),
      text: readFileSync(join(folder, file), 'utf8'),
    })),
);

const pages = views.filter(({ name }) => !name.includes('/mail/') && !name.includes('/parts/mail-'));

const withoutCode = (text: string): string => text.replaceAll(/<%[\s\S]*?%>/g, '');

/** A command or the path of an address, on a line of its own in a mail: the same in every language. */
const NO_SENTENCE = /^\s*(latchkey [\w -]+|\/[\w/-]+)$/gm;

/** A part or a helper that escapes what it is given, or one of two. */
const SAFE = /^(it\.body$|(it\.\w+ \? )?(part|rich|phrase|clock|moment|include)\((?!.* : it\.))/s;

describe('http: views', () => {
  it('hold no sentence of their own', () => {
    for (const { name, text } of views) {
      const visible = withoutCode(text)
        .replaceAll(/<[^>]*>/g, '')
        .replaceAll(NO_SENTENCE, '');
      expect(visible.replaceAll(/&\w+;/g, ''), name).not.to.match(/\p{L}{2}/u);
    }
  });

  it('run nothing and style nothing inline', () => {
    for (const { name, text } of pages) {
      const markup = withoutCode(text);
      expect(markup, name).not.to.match(/\sstyle=|\son\w+=|<style|<script(?! src=)|javascript:/i);
    }
  });

  it('put what they show through the escape, raw only from parts and helpers that escape themselves', () => {
    for (const { name, text } of views) {
      for (const [, code = ''] of text.matchAll(/<%~([\s\S]*?)%>/g)) {
        expect(code.trim(), name).to.match(SAFE);
      }
    }
  });

  it('carry the token in every form that posts to us', () => {
    for (const { name, text } of pages) {
      for (const [form] of text.matchAll(/<form method="post"[\s\S]*?<\/form>/g)) {
        expect(form, name).to.match(/(part|include)\('(parts\/)?csrf'|name="xsrf"/);
      }
    }
  });
});

import { createHash } from 'node:crypto';
import { extname } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

/** Files that browsers may keep for a year: their address changes with their content. */
export interface Assets {
  /** Path of an asset by its name, such as `style.css` or `logo.svg`; undefined when there is none. */
  url(name: string): string | undefined;
  at(path: string): Asset | undefined;
}

const address = (name: string, body: Buffer): string => {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  const extension = extname(name);
  return `/assets/${name.slice(0, -extension.length)}.${hash}${extension}`;
};

/** @param files by name; the extension decides the media type, and only those of web pages are known */
export const createAssets = (files: Readonly<Record<string, Buffer>>): Assets => {
  const entries = Object.entries(files).map(([name, body]) => {
    const type = TYPES[extname(name)];
    if (type === undefined) throw new TypeError(`no media type for the asset ${name}`);
    return { name, path: address(name, body), asset: { type, body } };
  });
  const paths = new Map(entries.map(({ name, path }) => [name, path]));
  const assets = new Map(entries.map(({ path, asset }) => [path, asset]));
  return { url: (name) => paths.get(name), at: (path) => assets.get(path) };
};

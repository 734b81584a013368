import type { Cookies } from '../../../src/plugin.ts';

/** What a browser keeps of one registration. */
export interface Entry {
  /** Names its key among those that the browser keeps. */
  readonly key: string;
  /** Drawn for this registration, so that whoever had one here before knows nothing of it. */
  readonly secret: string;
}

const COOKIE = 'device';

/** People who share a browser; with one more, the earliest has to register anew. */
const MOST = 5;

const ENTRY = /^([\w-]{43})\.([\w-]{43})$/;

/** The newest first; nothing where the cookie is not ours to read. */
export const entriesIn = (cookies: Cookies): readonly Entry[] =>
  (cookies.get(COOKIE) ?? '').split('~', MOST).flatMap((text) => {
    const [, key, secret] = ENTRY.exec(text) ?? [];
    return key === undefined || secret === undefined ? [] : [{ key, secret }];
  });

/** @param lifetime milliseconds from now */
export const giveEntry = (cookies: Cookies, entry: Entry, lifetime: number): void => {
  const others = entriesIn(cookies).filter(({ key }) => key !== entry.key);
  const kept = [entry, ...others].slice(0, MOST);
  cookies.set(COOKIE, kept.map(({ key, secret }) => `${key}.${secret}`).join('~'), { maxAge: lifetime });
};

import type { Clock } from '../../src/kernel/clock.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
  readonly expires: number | undefined;
}

const within = (path: string, of: string): boolean => path === of || path.startsWith(of.endsWith('/') ? of : `${of}/`);

const defaultPath = (url: URL): string => url.pathname.slice(0, url.pathname.lastIndexOf('/')) || '/';

/** Cookies of one browser (RFC 6265), as far as one site on one host needs them; expiry by the test's clock. */
export class CookieJar {
  readonly #clock: Clock;
  #cookies: readonly Cookie[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(url: URL, lines: readonly string[]): void {
    for (const line of lines) this.#keepOne(url, line);
  }

  #keepOne(url: URL, line: string): void {
    const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
    const attributes = new Map(
      rest.map((part) => {
        const [name = '', ...value] = part.split('=');
        return [name.toLowerCase(), value.join('=')] as const;
      }),
    );
    const split = pair.indexOf('=');
    const maxAge = attributes.get('max-age');
    const expires = attributes.get('expires');
    const cookie: Cookie = {
      name: pair.slice(0, split),
      value: pair.slice(split + 1),
      host: url.hostname,
      path: attributes.get('path') ?? defaultPath(url),
      expires:
        maxAge !== undefined
          ? this.#clock.now() + Number(maxAge) * 1000
          : expires === undefined
            ? undefined
            : Date.parse(expires),
    };
    const others = this.#cookies.filter(
      (each) => each.name !== cookie.name || each.host !== cookie.host || each.path !== cookie.path,
    );
    this.#cookies = this.#lives(cookie) ? [...others, cookie] : others;
  }

  #lives(cookie: Cookie): boolean {
    return cookie.expires === undefined || cookie.expires > this.#clock.now();
  }

  /** What goes into the Cookie header, longest paths first; undefined for none. */
  header(url: URL): string | undefined {
    const fitting = this.#cookies
      .filter((each) => each.host === url.hostname && within(url.pathname, each.path) && this.#lives(each))
      .toSorted((a, b) => b.path.length - a.path.length);
    return fitting.length === 0 ? undefined : fitting.map((each) => `${each.name}=${each.value}`).join('; ');
  }

  /** For attacks that steal, swap or spoil cookies. */
  replace(name: string, value: string): void {
    this.#cookies = this.#cookies.map((each) => (each.name === name ? { ...each, value } : each));
  }

  value(name: string): string | undefined {
    return this.#cookies.find((each) => each.name === name && this.#lives(each))?.value;
  }

  names(): readonly string[] {
    return this.#cookies.filter((each) => this.#lives(each)).map((each) => each.name);
  }

  /** What closing the whole browser does: cookies without an expiry go. */
  endSession(): void {
    this.#cookies = this.#cookies.filter((each) => each.expires !== undefined);
  }
}

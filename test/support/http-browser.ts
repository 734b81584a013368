import type { Clock } from '../../src/kernel/clock.ts';
import type { Browser, Filling } from './browsing.ts';
import { CookieJar } from './cookie-jar.ts';
import { attribute, elementsIn, formsIn, parseHtml, textOf, type Element, type Field, type Form } from './html.ts';
import { Wire, type Reply, type Sending } from './wire.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 20;
const BUTTONS = new Set(['submit', 'image']);

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

interface Shown {
  readonly url: URL;
  readonly reply: Reply;
  readonly document: ReturnType<typeof parseHtml>;
}

const isNamed = (field: Field, named: string): boolean =>
  field.autocomplete?.split(' ').includes(named) === true || field.name === named || field.label === named;

const isButton = (field: Field): boolean => BUTTONS.has(field.type);

const isButtonNamed = (field: Field, named: string): boolean =>
  isButton(field) && (isNamed(field, named) || `${field.name}=${field.value}` === named);

/** A browser without JavaScript: cookies, redirects, and the forms of the page as they stand in its HTML. */
export class HttpBrowser implements Browser {
  readonly cookies: CookieJar;
  readonly #wire = new Wire();
  readonly #agent: string;
  readonly #language: string;
  readonly #earlier: URL[] = [];
  #shown: Shown | undefined;

  constructor(
    clock: Clock,
    { agent = FIREFOX, language = 'en' }: { readonly agent?: string; readonly language?: string } = {},
  ) {
    this.cookies = new CookieJar(clock);
    this.#agent = agent;
    this.#language = language;
  }

  /** One exchange with this browser's cookies, redirects not followed. */
  async send(url: URL | string, sending: Sending = {}): Promise<Reply> {
    const target = new URL(url, this.#shown?.url);
    const cookie = this.cookies.header(target);
    const reply = await this.#wire.send(target, {
      ...sending,
      headers: {
        'user-agent': this.#agent,
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        'accept-language': this.#language,
        'sec-fetch-mode': 'navigate',
        ...(cookie !== undefined && { cookie }),
        ...sending.headers,
      },
    });
    this.cookies.keep(target, reply.headers['set-cookie'] ?? []);
    return reply;
  }

  async #go(first: URL, sending: Sending = {}): Promise<void> {
    let url = first;
    let reply = await this.send(url, sending);
    for (let count = 0; REDIRECTS.has(reply.status) && reply.headers.location !== undefined; count += 1) {
      if (count === MOST_REDIRECTS) throw new Error(`too many redirects, the last to ${url.href}`);
      url = new URL(reply.headers.location, url);
      reply = await this.send(url, { headers: { 'sec-fetch-site': 'same-origin' } });
    }
    this.#shown = { url, reply, document: parseHtml(reply.body) };
  }

  get #page(): Shown {
    if (!this.#shown) throw new Error('this browser has not opened anything yet');
    return this.#shown;
  }

  get status(): number {
    return this.#page.reply.status;
  }

  get body(): string {
    return this.#page.reply.body;
  }

  get headers(): Reply['headers'] {
    return this.#page.reply.headers;
  }

  get forms(): readonly Form[] {
    return formsIn(this.#page.document);
  }

  async open(address: string): Promise<void> {
    if (this.#shown) this.#earlier.push(this.#shown.url);
    await this.#go(new URL(address, this.#shown?.url), { headers: { 'sec-fetch-site': 'none' } });
  }

  async submit(filling: Filling = {}, button?: string): Promise<void> {
    const { url, method, pairs } = this.#filled(filling, button);
    if (method === 'GET') {
      this.#earlier.push(this.#page.url);
      url.search = new URLSearchParams(pairs).toString();
      await this.#go(url, { headers: { 'sec-fetch-site': 'same-origin' } });
    } else {
      await this.#post(url, pairs);
    }
  }

  /** What `submit` would send: for attacks that keep it, change it, or send it twice. */
  prepared(
    filling: Filling = {},
    button?: string,
  ): { readonly url: URL; readonly fields: Readonly<Record<string, string>> } {
    const { url, pairs } = this.#filled(filling, button);
    return { url, fields: Object.fromEntries(pairs) };
  }

  /** Posts fields that need not be those of any form on the page. */
  async post(address: URL | string, fields: Readonly<Record<string, string>>): Promise<void> {
    await this.#post(new URL(address, this.#page.url), Object.entries(fields));
  }

  #filled(filling: Filling, button: string | undefined) {
    const form = this.#formFor(filling, button);
    const pressed = form.fields.find((field) =>
      button === undefined ? isButton(field) : isButtonNamed(field, button),
    );
    const { url } = this.#page;
    const action = attribute(pressed?.element ?? form.element, 'formaction') ?? form.action;
    return {
      url: new URL(action === '' ? url.href : action, url),
      method: form.method,
      pairs: this.#pairs(form, filling, pressed),
    };
  }

  async #post(target: URL, pairs: [string, string][]): Promise<void> {
    const { url } = this.#page;
    this.#earlier.push(url);
    // Pages are served with no-referrer, and browsers then post a null origin.
    await this.#go(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': target.origin === url.origin ? 'same-origin' : 'cross-site',
        origin: 'null',
      },
      body: new URLSearchParams(pairs).toString(),
    });
  }

  #formFor(filling: Filling, button: string | undefined): Form {
    const names = Object.keys(filling);
    const found = this.#mainForms().find(
      (form) =>
        names.every((name) => form.fields.some((field) => isNamed(field, name))) &&
        form.fields.some((field) => (button === undefined ? isButton(field) : isButtonNamed(field, button))),
    );
    if (found) return found;
    const wanted = [...names, ...(button === undefined ? [] : [button])].join(', ');
    throw new Error(`no form with ${wanted === '' ? 'a button' : wanted} at ${this.#page.url.href}: ${this.#text()}`);
  }

  /** Forms of the page's own matter before those of its frame, such as the choice of language. */
  #mainForms(): readonly Form[] {
    const main = elementsIn(this.#page.document).find((each) => each.tagName === 'main');
    const inMain = new Set(main ? elementsIn(main) : []);
    return this.forms.toSorted((a, b) => Number(inMain.has(b.element)) - Number(inMain.has(a.element)));
  }

  #pairs(form: Form, filling: Filling, pressed: Field | undefined): [string, string][] {
    const filled = (field: Field): string | undefined =>
      Object.entries(filling).find(([named]) => isNamed(field, named))?.[1];
    return form.fields.flatMap((field): [string, string][] => {
      if (field.name === '') return [];
      if (isButton(field)) return field === pressed ? [[field.name, field.value]] : [];
      if (field.type === 'button' || field.type === 'reset') return [];
      if (field.type === 'checkbox' || field.type === 'radio') {
        const wanted = filled(field);
        const on = wanted === undefined ? field.checked : wanted === (field.value || 'on') || wanted === field.label;
        return on ? [[field.name, field.value || 'on']] : [];
      }
      return [[field.name, filled(field) ?? field.value]];
    });
  }

  async follow(link: string): Promise<void> {
    const found = this.#link(link);
    if (!found) throw new Error(`no link ${link} at ${this.#page.url.href}: ${this.#text()}`);
    const target = new URL(attribute(found, 'href') ?? '', this.#page.url);
    this.#earlier.push(this.#page.url);
    await this.#go(target, { headers: { 'sec-fetch-site': 'same-origin' } });
  }

  #link(named: string): Element | undefined {
    const { url, document } = this.#page;
    return elementsIn(document).find((each) => {
      const href = each.tagName === 'a' ? attribute(each, 'href') : undefined;
      return href !== undefined && (textOf(each) === named || href === named || new URL(href, url).pathname === named);
    });
  }

  async reload(): Promise<void> {
    await this.#go(this.#page.url, { headers: { 'sec-fetch-site': 'same-origin' } });
  }

  async back(): Promise<void> {
    const earlier = this.#earlier.pop();
    if (!earlier) throw new Error('there is nothing to go back to');
    await this.#go(earlier, { headers: { 'sec-fetch-site': 'same-origin' } });
  }

  url(): Promise<URL> {
    return Promise.resolve(this.#page.url);
  }

  title(): Promise<string> {
    return Promise.resolve(this.#textOfFirst('title'));
  }

  heading(): Promise<string> {
    return Promise.resolve(this.#textOfFirst('h1'));
  }

  text(): Promise<string> {
    return Promise.resolve(this.#text());
  }

  #textOfFirst(tag: string): string {
    const found = elementsIn(this.#page.document).find((each) => each.tagName === tag);
    return found ? textOf(found) : '';
  }

  #text(): string {
    const body = elementsIn(this.#page.document).find((each) => each.tagName === 'body');
    return body ? textOf(body) : '';
  }

  field(named: string): Promise<string | undefined> {
    const fields = this.forms.flatMap((form) => form.fields);
    return Promise.resolve(fields.find((field) => !isButton(field) && isNamed(field, named))?.value);
  }

  offers(named: string): Promise<boolean> {
    const buttons = this.forms.flatMap((form) => form.fields).filter((field) => isButtonNamed(field, named));
    return Promise.resolve(buttons.length > 0 || this.#link(named) !== undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#wire[Symbol.dispose]();
    return Promise.resolve();
  }
}

import type { Locator, Page } from 'playwright-core';
import type { Browser, Filling } from './browsing.ts';

/** A name as it may stand inside a CSS attribute selector. */
const quoted = (text: string): string => JSON.stringify(text);

/** A real Chromium, used as a person would: what is not visible cannot be filled in or pressed. */
export class ChromiumBrowser implements Browser {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  #field(named: string): Locator {
    const byAttribute = this.page.locator(`[autocomplete~=${quoted(named)}], [name=${quoted(named)}]:not(button)`);
    return byAttribute.or(this.page.getByLabel(named, { exact: true })).first();
  }

  #button(named: string): Locator {
    const [name = '', value] = named.split('=');
    const byName = value === undefined ? `[name=${quoted(name)}]` : `[name=${quoted(name)}][value=${quoted(value)}]`;
    return this.page
      .locator(`button${byName}`)
      .or(this.page.getByRole('button', { name: named, exact: true }))
      .first();
  }

  #link(named: string): Locator {
    const byPath = this.page.locator(`a[href=${quoted(named)}], a[href^=${quoted(`${named}?`)}]`);
    return byPath.or(this.page.getByRole('link', { name: named, exact: true })).first();
  }

  async open(address: string): Promise<void> {
    const base = this.page.url();
    await this.page.goto(base.startsWith('http') ? new URL(address, base).href : address);
  }

  async submit(filling: Filling = {}, button?: string): Promise<void> {
    const [first] = Object.keys(filling);
    for (const [named, value] of Object.entries(filling)) await this.#fill(this.#field(named), value);
    const form =
      first === undefined ? this.page.locator('main form') : this.page.locator('form', { has: this.#field(first) });
    const pressed =
      button === undefined ? form.first().locator('button:not([type=button])').first() : this.#button(button);
    await Promise.all([this.page.waitForEvent('domcontentloaded'), pressed.click()]);
    await this.page.waitForLoadState('load');
  }

  async #fill(field: Locator, value: string): Promise<void> {
    const type = await field.getAttribute('type');
    if (type === 'checkbox') await field.check();
    else if (type === 'radio') await this.#choice(await field.getAttribute('name'), value).check();
    else if ((await field.locator('option').count()) > 0) await field.selectOption(value);
    else await field.fill(value);
  }

  #choice(name: string | null, value: string): Locator {
    const byValue = this.page.locator(`[name=${quoted(name ?? '')}][value=${quoted(value)}]`);
    return byValue.or(this.page.getByLabel(value, { exact: true })).first();
  }

  async follow(link: string): Promise<void> {
    await Promise.all([this.page.waitForEvent('domcontentloaded'), this.#link(link).click()]);
    await this.page.waitForLoadState('load');
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async back(): Promise<void> {
    await this.page.goBack();
  }

  url(): Promise<URL> {
    return Promise.resolve(new URL(this.page.url()));
  }

  title(): Promise<string> {
    return this.page.title();
  }

  async text(): Promise<string> {
    return (await this.page.locator('body').innerText()).replace(/\s+/g, ' ').trim();
  }

  async heading(): Promise<string> {
    return (await this.page.locator('h1').first().innerText()).trim();
  }

  async field(named: string): Promise<string | undefined> {
    const field = this.#field(named);
    return (await field.count()) > 0 ? await field.inputValue() : undefined;
  }

  async offers(named: string): Promise<boolean> {
    return (await this.#button(named).count()) + (await this.#link(named).count()) > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}

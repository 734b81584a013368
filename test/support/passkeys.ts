import type { CDPSession, Page } from 'playwright-core';
import type { Authenticator, Tricks } from './authenticator.ts';
import type { HttpBrowser } from './http-browser.ts';

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', '#39': "'" };

const unescaped = (html: string): string =>
  html.replace(/&([#\w]+);/g, (whole, name: string) => ENTITIES[name] ?? whole);

/** What the script of the page would ask the browser for. */
export const askedOf = ({ body }: HttpBrowser): { readonly kind: string; readonly options: string } => {
  const [, kind = '', options = ''] = /data-passkey="(\w+)" data-options="([^"]*)"/.exec(body) ?? [];
  if (options === '') throw new Error('the page asks for no passkey');
  return { kind, options: unescaped(options) };
};

/** Does what the page's script would: asks the authenticator, and sends its answer. */
export const givesPasskey = async (
  browser: HttpBrowser,
  authenticator: Authenticator,
  tricks?: Tricks,
  filling: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const { kind, options } = askedOf(browser);
  const credential = kind === 'create' ? authenticator.create(options, tricks) : authenticator.get(options, tricks);
  await browser.submit({ ...filling, credential });
};

/** An authenticator that Chromium takes for a part of the machine (Chrome DevTools Protocol, WebAuthn). */
export interface VirtualAuthenticator {
  /** Whether the person puts a finger on it as soon as it asks. */
  present(isPresent: boolean): Promise<void>;
  /** Whether it recognises the person. */
  verified(isVerified: boolean): Promise<void>;
  count(): Promise<number>;
}

export const virtualAuthenticator = async (page: Page): Promise<VirtualAuthenticator> => {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async present(enabled) {
      await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
    async verified(isUserVerified) {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    async count() {
      return (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length;
    },
  };
};

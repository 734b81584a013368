import type { HttpBrowser } from './http-browser.ts';
import type { Reply } from './wire.ts';

/** Sends a form's body as it is, as this browser would, redirects not followed. */
export const sendForm = (
  browser: HttpBrowser,
  url: URL | string,
  body: string | Buffer | URLSearchParams,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> =>
  browser.send(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      origin: 'null',
      ...headers,
    },
    body: body instanceof URLSearchParams ? body.toString() : body,
  });

import type { Clock } from '../../src/kernel/clock.ts';
import { HttpBrowser } from '../support/http-browser.ts';
import type { Reply, Sending } from '../support/wire.ts';

/** A browser that keeps every answer, and adds headers of an attacker's to every request. */
export class WatchedBrowser extends HttpBrowser {
  readonly replies: Reply[] = [];
  readonly #headers: Readonly<Record<string, string>>;

  constructor(clock: Clock, headers: Readonly<Record<string, string>> = {}) {
    super(clock);
    this.#headers = headers;
  }

  override async send(url: URL | string, sending: Sending = {}): Promise<Reply> {
    const reply = await super.send(url, { ...sending, headers: { ...sending.headers, ...this.#headers } });
    this.replies.push(reply);
    return reply;
  }
}

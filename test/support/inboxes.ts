import type { Mail, PostOffice } from './post-office.ts';

/** What has arrived for one address. */
export class Inbox {
  readonly mails: readonly Mail[];
  readonly #address: string;

  constructor(address: string, mails: readonly Mail[]) {
    this.#address = address;
    this.mails = mails;
  }

  get last(): Mail {
    const last = this.mails.at(-1);
    if (!last) throw new Error(`no mail has arrived for ${this.#address}`);
    return last;
  }

  /** The code in the latest mail. */
  get code(): string {
    const { code, subject } = this.last;
    if (code === undefined) throw new Error(`the mail "${subject}" to ${this.#address} has no code`);
    return code;
  }

  /** The link in the latest mail. */
  get link(): string {
    const { link, subject } = this.last;
    if (link === undefined) throw new Error(`the mail "${subject}" to ${this.#address} has no link`);
    return link;
  }
}

/** Everybody's mail. */
export class Inboxes {
  readonly #post: PostOffice;
  readonly #settle: () => Promise<void>;

  constructor(post: PostOffice, settle: () => Promise<void>) {
    this.#post = post;
    this.#settle = settle;
  }

  /** Lets what waits in the outbox arrive, then looks. */
  async to(address: string): Promise<Inbox> {
    await this.#settle();
    return new Inbox(
      address,
      this.#post.mails.filter(({ to }) => to.includes(address)),
    );
  }
}

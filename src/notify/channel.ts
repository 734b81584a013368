/** A message, rendered and about to leave. */
export interface Outgoing {
  /** The same at every attempt, so that who gets it twice can tell: names the message in its Message-ID. */
  readonly id: string;
  readonly to: string;
  /** Empty for channels without subjects. */
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly locale: string;
}

/**
 * What became of one attempt. `cause` is a code for operators (such as `550 5.1.1` or `ECONNREFUSED`), never the other
 * side's words: they may quote the message.
 * - `refused`: for good; another attempt would be refused as well
 * - `failed`: for now; tried again later
 */
export type Attempt =
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'refused'; readonly cause: string }
  | { readonly outcome: 'failed'; readonly cause: string };

/** A way to people. It resolves within bounded time, shorter than the lease of a delivery. */
export interface Channel {
  send(outgoing: Outgoing): Promise<Attempt>;
}

export type ChannelName = 'mail' | 'sms';

export type Channels = Readonly<Partial<Record<ChannelName, Channel>>>;

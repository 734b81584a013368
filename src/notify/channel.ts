/** A message, rendered and about to leave. */
export interface Outgoing {
  /** The same at every attempt, so that who gets it twice can tell: names the message in its Message-ID. */
  readonly id: string;
  readonly to: string;
  /** Empty for channels without subjects. */
  readonly subject: string;
  /** For a call: what is said, a sentence or a digit a line; for a push what stands below the subject. */
  readonly text: string;
  readonly html?: string;
  /** Language of the text, as a BCP 47 tag. */
  readonly locale: string;
  /** Epoch milliseconds after which it is of no use: a carrier that keeps messages should drop it then. */
  readonly expiresAt?: number;
}

/**
 * What became of one attempt. `cause` is a code for operators (such as `550 5.1.1` or `ECONNREFUSED`), never the other
 * side's words: they may quote the message.
 * - `taken`: the next server has it; `reference` is its name there, by which a receipt may tell more later
 * - `refused`: for good; another attempt would be refused as well. Where it is `about` the destination, nothing will
 *   reach that destination
 * - `failed`: for now; tried again later. `unsure` where it may have left nevertheless
 */
export type Attempt =
  | { readonly outcome: 'taken'; readonly reference?: string }
  | { readonly outcome: 'refused'; readonly cause: string; readonly about: 'destination' | 'message' }
  | { readonly outcome: 'failed'; readonly cause: string; readonly unsure?: true };

/** A way to people. It resolves within bounded time, shorter than the lease of a delivery. */
export interface Channel {
  send(outgoing: Outgoing): Promise<Attempt>;
}

export const CHANNELS = ['mail', 'sms', 'voice', 'push'] as const;

export type ChannelName = (typeof CHANNELS)[number];

export type Channels = Readonly<Partial<Record<ChannelName, Channel>>>;

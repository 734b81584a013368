import type { ChannelName } from './channel.ts';

export interface Rendered {
  /** One line; empty for channels without subjects. */
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** The language it came out in. */
  readonly locale: string;
}

export interface Template {
  readonly channel: ChannelName;
  /** `<plugin>/<name>`, as in `Message`. */
  readonly name: string;
  /** BCP 47 tag as the message has it; the nearest language that there is wins. */
  readonly locale: string;
  /** Data and opened secrets together. */
  readonly data: Readonly<Record<string, string | number>>;
}

/** Fills a template in a language. Throws where the template is missing or faulty: the message has then failed. */
export type Render = (template: Template) => Rendered;

import type { Piece } from './placeholders.ts';

/**
 * How a value is put into words: as it is, as a moment (epoch milliseconds), as an address to open, as the name of a
 * browser or system, or by a sentence whose key has it in the place of `*`.
 */
export type ValueKind = 'text' | 'moment' | 'link' | 'agent' | { readonly sentence: string };

/** What operators may say in a message of their own, and what they must. */
export interface TemplateFacts {
  readonly values: Readonly<Record<string, ValueKind>>;
  /** By channel: values without which the message would be of no use. A channel that is absent has no such message. */
  readonly required: Readonly<Partial<Record<'mail' | 'sms', readonly string[]>>>;
}

/** Messages by their name within the plugin. */
export type TemplateCatalogue = Readonly<Record<string, TemplateFacts>>;

/** A message as an operator wrote it, in one language. */
export interface OperatorTemplate {
  readonly values: TemplateFacts['values'];
  readonly subject?: readonly Piece[];
  readonly text: readonly Piece[];
  readonly html?: readonly Piece[];
}

/** By `<language>/<plugin>/<channel>/<name>`. */
export type OperatorTemplates = ReadonlyMap<string, OperatorTemplate>;

/** Values that every message has. */
export const COMMON_VALUES: TemplateFacts['values'] = { organisation: 'text', issuer: 'text' };

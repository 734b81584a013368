/** One edit of the product's source. */
export interface Edit {
  readonly file: string;
  /** Stands there exactly once. */
  readonly text: string;
  readonly instead: string;
}

/** A protection taken out, and the attack that must notice. */
export interface Mutation {
  /** For `npm run mutate -- NAME`. */
  readonly name: string;
  /** What the server does without the protection. */
  readonly without: string;
  /** More than one where the same thing is made sure of in several places, so that each alone would hide the others. */
  readonly edits: readonly Edit[];
  /** `FILE › TITLE`, of a test or of what several stand under. */
  readonly attack: string;
}

/** A failure that was seen in the field: a row of the threats that this project answers. */
export type Row =
  | { readonly failure: string; readonly seen: string; readonly mutations: readonly [Mutation, ...Mutation[]] }
  /** It cannot happen before something exists. */
  | { readonly failure: string; readonly seen: string; readonly comesWith: string };

/** Where rights are to be given, and to whom. */
export interface Grantee {
  /** DN below which people are. */
  readonly people: string;
  /** DN below which everything is read. */
  readonly base: string;
  /** DN of the service account, or its name where the directory could not be asked. */
  readonly dn: string;
  /** `name@domain` in Active Directory. */
  readonly principal: string;
  /** `S-1-5-…` in Active Directory, where it could be asked. */
  readonly sid?: string;
}

/** A heading and what to type. */
export interface Recipe {
  readonly title: string;
  readonly lines: readonly string[];
}

export const recipeText = (recipes: readonly Recipe[]): readonly string[] =>
  recipes.flatMap(({ title, lines }) => [`# ${title}`, '', ...lines, '']);

import type { Account } from './account.ts';
import { ruledNames } from './person.ts';
import type { Person } from './person.ts';

/** A value of an attribute, as apps are told it in JSON. */
export type AttributeValue =
  string | number | boolean | readonly AttributeValue[] | { readonly [name: string]: AttributeValue };

/** What the configuration declares of people: attributes that no other installation has, and what apps are told of any. */
export interface DeclaredAttribute {
  /** As rules name it, such as `staff.costUnit`. */
  readonly name: string;
  /** The claim that apps are told it by, and the scope that the claim comes with (OpenID Connect Core section 5.4). */
  readonly claim?: { readonly name: string; readonly scope: string };
  /** Whether it has values that rules can name: texts, numbers and the like. */
  readonly simple: boolean;
  /** Of somebody; undefined where they have none. */
  of(person: Partial<Person>): AttributeValue | undefined;
}

/** What rules go by is read from these fields alone. */
export const ruledFields = [...ruledNames, 'extensions'] as const;

type Fields = Pick<Person, (typeof ruledFields)[number]>;

const textsOf = (value: AttributeValue | undefined): readonly string[] => {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
};

export type RuledBy = (person: Fields) => NonNullable<Account['attributes']>;

/** What rules may go by of a person; attributes without a value are left out. */
export const ruledBy = (declared: readonly DeclaredAttribute[]): RuledBy => {
  const ours = declared.filter(({ simple }) => simple);
  return (person) =>
    Object.fromEntries(
      [
        ...ruledNames.map((name) => [name, textsOf(person[name])] as const),
        ...ours.map((attribute) => [attribute.name, textsOf(attribute.of(person))] as const),
      ].filter(([, texts]) => texts.length > 0),
    );
};

/** Claims of scopes that the configuration declares, by the scope. */
export const claimsByScope = (declared: readonly DeclaredAttribute[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    declared
      .flatMap(({ claim }) => (claim ? [claim.scope] : []))
      .map((scope) => [scope, declared.flatMap(({ claim }) => (claim?.scope === scope ? [claim.name] : []))]),
  );

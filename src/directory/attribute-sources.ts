import type { Person } from './person.ts';

/** Sources by the attributes that they write of everybody, whoever brought them: names as `DeclaredAttribute` has them. */
export type AttributeOwners = Readonly<Record<string, string>>;

type Sources = Pick<Person, 'source' | 'attributeSources'>;

export interface Ownership {
  /** Who writes an attribute: who was given it of this person, else of everybody, else who brought the person. */
  ownerOf(person: Sources, attribute: string): string;
  /** The fields without those that others than the person's own source write: for sources that bring all they have. */
  withoutOthers<P extends object>(person: Sources, fields: P): P;
  /** The sources of single attributes once these have another one. */
  handing(person: Sources, attributes: readonly string[], source: string): NonNullable<Person['attributeSources']>;
}

export const createOwnership = (everybodys: AttributeOwners = {}): Ownership => {
  const usual = ({ source }: Sources, attribute: string): string =>
    (Object.hasOwn(everybodys, attribute) ? everybodys[attribute] : undefined) ?? source;

  const ownerOf: Ownership['ownerOf'] = (person, attribute) =>
    person.attributeSources?.find((one) => one.attribute === attribute)?.source ?? usual(person, attribute);

  return {
    ownerOf,

    withoutOthers: (person, fields) =>
      Object.fromEntries(
        Object.entries(fields).filter(([name]) => ownerOf(person, name) === person.source),
      ) as typeof fields,

    handing(person, attributes, source) {
      const others = (person.attributeSources ?? []).filter(({ attribute }) => !attributes.includes(attribute));
      // What is so anyhow is not written down: it would outlast the configuration that says it.
      const named = attributes.filter((attribute) => usual(person, attribute) !== source);
      return [...others, ...named.map((attribute) => ({ attribute, source }))];
    },
  };
};

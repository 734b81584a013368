import { fold } from '../kernel/text.ts';
import { foldedNames } from './person.ts';
import type { Person } from './person.ts';

type Folded = Person['folded'];

interface Element {
  readonly value: string;
  readonly type?: string;
  readonly display?: string;
  readonly primary?: boolean;
}

/** The same with every text in it folded, at any depth. */
const foldedDeep = <T>(value: T): T => {
  if (typeof value === 'string') return fold(value) as T;
  if (Array.isArray(value)) return value.map(foldedDeep) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, foldedDeep(member as unknown)])) as T;
};

const lists = ['emails', 'phoneNumbers', 'ims', 'photos', 'entitlements', 'roles'] as const;

type Lists = Pick<Folded, (typeof lists)[number]>;

const foldedElement = (list: keyof Lists, { value, type, display, primary }: Element) => ({
  // The address of a picture is a reference, which is compared as it is (RFC 7643 section 2.3.7).
  value: list === 'photos' ? value : fold(value),
  ...(type !== undefined && { type: fold(type) }),
  ...(display !== undefined && { display: fold(display) }),
  ...(primary !== undefined && { primary }),
});

const foldedLists = (given: Partial<Pick<Person, keyof Lists>>): Lists =>
  Object.fromEntries(
    lists.flatMap((list) => {
      const elements: readonly Element[] | undefined = given[list];
      return elements ? [[list, elements.map((element) => foldedElement(list, element))]] : [];
    }),
  );

const leadingOf = (folded: Lists): Folded['leading'] =>
  Object.fromEntries(
    Object.entries(folded).flatMap(([list, elements]) => {
      const leading = elements.find(({ primary }) => primary) ?? elements[0];
      return leading ? [[list, leading.value]] : [];
    }),
  );

type Given = Partial<Pick<Person, Exclude<keyof Folded, 'leading'>>>;

/** The copies of a person's attributes that look-up and filters go by. */
export const foldedOf = (given: Given): Folded => {
  const { name, addresses, manager, extensions } = given;
  const texts = foldedNames.map((attribute) => [attribute, given[attribute]] as const);
  const folded = foldedLists(given);
  return {
    ...Object.fromEntries(texts.flatMap(([attribute, text]) => (text === undefined ? [] : [[attribute, fold(text)]]))),
    ...(name && { name: foldedDeep(name) }),
    ...folded,
    // One without anything in it is shown to nobody, and so found by nobody.
    ...(addresses && { addresses: foldedDeep(addresses).filter((one) => Object.keys(one).length > 0) }),
    ...(manager?.displayName !== undefined && { manager: { displayName: fold(manager.displayName) } }),
    ...(extensions && { extensions: foldedDeep(extensions) }),
    leading: leadingOf(folded),
  };
};

/** Something registered or proved: by which method, and what it shows that somebody has. */
export interface Showing {
  readonly method: string;
  /** Such as a telephone number or a browser. */
  readonly things: readonly string[];
}

const clash = (one: Showing, other: Showing): boolean =>
  one.method === other.method || one.things.some((thing) => other.things.includes(thing));

/**
 * The most gates that can be open at once, each with what opens it: different methods that show different things. An
 * SMS and a call to one number are one gate, and so are all proofs given in one browser.
 *
 * An exact search. What shares its things with no other method is settled without trying, so that only the few that
 * do are tried in every combination.
 */
export const gatesOf = <S extends Showing>(showings: readonly S[]): readonly S[] => {
  const [first, ...others] = showings;
  if (!first) return [];
  const settled = showings.find((one) => showings.every((other) => one.method === other.method || !clash(one, other)));
  const taken = settled ?? first;
  const gates = [taken, ...gatesOf(showings.filter((other) => !clash(taken, other)))];
  const bound = new Set(showings.map(({ method }) => method)).size;
  if (settled || gates.length === bound) return gates;
  const otherwise = gatesOf(others);
  return otherwise.length > gates.length ? otherwise : gates;
};

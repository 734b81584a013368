/** Positions of operations that need each other in a circle, or one alone. */
export type Unit = readonly number[];

/**
 * The order in which operations can be done: each after those that it needs, and otherwise as they were given. Those that
 * need each other come together (strongly connected components, by Tarjan's algorithm, which gives them in just that order).
 *
 * @param needs for each operation the positions of those that it needs
 */
export const unitsOf = (needs: readonly (readonly number[])[]): readonly Unit[] => {
  const units: Unit[] = [];
  const order = new Map<number, number>();
  const stack: number[] = [];
  const open = new Set<number>();

  const visit = (at: number): number => {
    const mine = order.size;
    order.set(at, mine);
    stack.push(at);
    open.add(at);
    let lowest = mine;
    for (const needed of needs[at] ?? []) {
      const seen = order.get(needed);
      if (seen === undefined) lowest = Math.min(lowest, visit(needed));
      else if (open.has(needed)) lowest = Math.min(lowest, seen);
    }
    if (lowest === mine) {
      const unit = stack.splice(stack.indexOf(at));
      for (const one of unit) open.delete(one);
      units.push(unit);
    }
    return lowest;
  };

  for (const at of needs.keys()) if (!order.has(at)) visit(at);
  return units;
};

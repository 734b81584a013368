import { tellingSort } from '../query.ts';
import type { Query, Sort } from '../query.ts';
import { conjunctionOf, isFilter, isRange } from './conditions.ts';
import type { Condition, Conjunction } from './conditions.ts';
import type { Table, TableColumn, TableIndex } from './schema.ts';

/** Reads rows in the order of an index, or of the ids when there is none. */
export interface OrderedAccess {
  readonly kind: 'ordered';
  readonly index?: TableIndex;
  /** Equalities on the first columns. */
  readonly pins: readonly Condition[];
  /** Conditions on the column after those. */
  readonly range: readonly Condition[];
  /** The columns after the pins, by which the rows come; then by id. */
  readonly order: readonly TableColumn[];
  readonly descending: boolean;
}

/** Reads the rows of the elements of a list, from the list's side table. A row may come twice. */
export interface ElementAccess {
  readonly kind: 'elements';
  readonly index: TableIndex;
  readonly pins: readonly Condition[];
  readonly range: readonly Condition[];
}

/** Looks at every entry of an index of one column, and reads the rows of those that pass. A row may come twice. */
export interface FilterAccess {
  readonly kind: 'filter';
  readonly index: TableIndex;
  readonly filters: readonly Condition[];
}

export interface UnionAccess {
  readonly kind: 'union';
  readonly of: readonly Access[];
}

/** Reads every row, in the order of the file: ids are drawn at random, and by them each row is somewhere else. */
export interface FileAccess {
  readonly kind: 'file';
}

/** A way to read a superset of what a query matches. */
export type Access = OrderedAccess | ElementAccess | FilterAccess | UnionAccess | FileAccess;

export interface Plan {
  readonly access: Access;
  /** The order of the result, in which a cursor has its place. */
  readonly sort: readonly Sort[];
  /** Rows come in that order, each once; otherwise all are gathered and sorted. */
  readonly inOrder: boolean;
  /** The access gives nothing that does not match. */
  readonly exact: boolean;
}

interface Candidate {
  readonly access: OrderedAccess | ElementAccess;
  readonly used: readonly Condition[];
}

const pinsAndRange = (
  columns: readonly TableColumn[],
  conditions: readonly Condition[],
): { readonly pins: readonly Condition[]; readonly range: readonly Condition[] } => {
  const pins: Condition[] = [];
  for (const { path } of columns) {
    const pin = conditions.find((condition) => condition.path === path && condition.op === 'eq');
    if (!pin) return { pins, range: conditions.filter((condition) => condition.path === path && isRange(condition)) };
    pins.push(pin);
  }
  return { pins, range: [] };
};

const orderedCandidates = (
  index: TableIndex,
  conditions: readonly Condition[],
): readonly (Candidate & { readonly access: OrderedAccess })[] => {
  const { pins, range } = pinsAndRange(index.columns, conditions);
  const order = index.columns.slice(pins.length);
  if (!index.total && order.length > 0) return [];
  // SQLite takes an index without some documents only where it sees that the query does without them as well.
  if (index.sparse && pins.length === 0) return [];
  return [{ access: { kind: 'ordered', index, pins, range, order, descending: false }, used: [...pins, ...range] }];
};

/** Conditions that one element meets together: those of one `any`, or a single one outside of it. */
const elementGroups = (list: string, conditions: readonly Condition[]): readonly (readonly Condition[])[] => {
  const onElement = conditions.filter(({ path }) => path === list || path.startsWith(`${list}.`));
  const beside = conditions.filter((condition) => !onElement.includes(condition));
  const together = Map.groupBy(onElement, (condition) => condition.element ?? condition);
  return [...together.values()].map((group) => [...beside, ...group]);
};

const elementCandidates = (index: TableIndex, list: string, conditions: readonly Condition[]): readonly Candidate[] =>
  elementGroups(list, conditions).flatMap((group) => {
    const { pins, range } = pinsAndRange(index.columns, group);
    const settled = pins.length + (range.length > 0 ? 1 : 0) === index.columns.length;
    return settled ? [{ access: { kind: 'elements', index, pins, range }, used: [...pins, ...range] }] : [];
  });

/** How few rows an access is likely to read, compared with the others. */
const merit = ({ access }: Candidate): number => {
  const { index, pins, range } = access;
  const single = index === undefined || (index.unique && pins.length === index.columns.length);
  return (pins.length > 0 && single ? 1000 : 0) + pins.length * 2 + (range.length > 0 ? 1 : 0);
};

const idCandidates = (conditions: readonly Condition[]): readonly Candidate[] => {
  const pin = conditions.find(({ path, op }) => path === 'id' && op === 'eq');
  return pin
    ? [{ access: { kind: 'ordered', pins: [pin], range: [], order: [], descending: false }, used: [pin] }]
    : [];
};

/**
 * The access turned so that its rows come in this order, or undefined when they cannot. Descending, an index has absent
 * values last as it is. Ascending it has them first, which two passes mend for its first column and nothing for a later.
 */
const inOrderOf = (access: OrderedAccess, sort: readonly Sort[]): OrderedAccess | undefined => {
  const settled = ['id', ...access.pins.map(({ path }) => path)];
  const left = sort.filter(({ path }) => !settled.includes(path));
  const descending = sort.at(-1)?.descending ?? false;
  const same =
    left.length === access.order.length &&
    left.every((by, position) => by.path === access.order[position]?.path && (by.descending ?? false) === descending);
  const sound = descending || access.order.slice(1).every(({ required }) => required);
  return same && sound ? { ...access, descending } : undefined;
};

/** An order in which the access gives its rows by itself, for a query that asked for none. */
const ownOrder = (access: OrderedAccess): readonly Sort[] => {
  const descending = access.order.slice(1).some(({ required }) => !required);
  return access.order.map(({ path }) => ({ path, descending }));
};

const union = (table: Table, conjunction: Conjunction): Access | undefined => {
  for (const choice of conjunction.choices) {
    const branches = choice.map((branch) => narrowest(table, conjunctionOf(branch)));
    if (branches.every((branch) => branch !== undefined)) return { kind: 'union', of: branches };
  }
  return undefined;
};

const filter = (table: Table, conditions: readonly Condition[]): Access | undefined => {
  for (const condition of conditions.filter(isFilter)) {
    const index = table.indexes.find(
      ({ columns, sparse }) => !sparse && columns.length === 1 && columns[0]?.path === condition.path,
    );
    if (index) return { kind: 'filter', index, filters: [condition] };
  }
  return undefined;
};

const candidatesOf = (table: Table, conditions: readonly Condition[]): readonly Candidate[] =>
  [
    ...idCandidates(conditions),
    ...table.indexes.flatMap((index) =>
      index.list === undefined
        ? orderedCandidates(index, conditions)
        : elementCandidates(index, index.list, conditions),
    ),
  ]
    .filter(({ used }) => used.length > 0)
    .toSorted((a, b) => merit(b) - merit(a));

/** The access that likely reads the fewest rows; undefined when no index narrows the query at all. */
const narrowest = (table: Table, conjunction: Conjunction): Access | undefined =>
  candidatesOf(table, conjunction.conditions)[0]?.access ??
  union(table, conjunction) ??
  filter(table, conjunction.conditions);

const inFile: FileAccess = { kind: 'file' };

const wholeTable: OrderedAccess = { kind: 'ordered', pins: [], range: [], order: [], descending: false };

/** Everything in the order asked for, by the index that has it; undefined when none has. */
const everythingInOrder = (table: Table, sort: readonly Sort[]): OrderedAccess | undefined => {
  const whole = table.indexes.filter(({ list }) => list === undefined).flatMap((index) => orderedCandidates(index, []));
  return [wholeTable, ...whole.map(({ access }) => access)]
    .map((access) => inOrderOf(access, sort))
    .find((access) => access !== undefined);
};

/**
 * The ways to answer a query, best first. A later one is for when an earlier one turns out to read too much: a broad
 * condition may be answered sooner by reading in the order asked for and leaving out what does not match.
 */
export const plansFor = (table: Table, query: Query, wanted: readonly Sort[]): readonly Plan[] => {
  const asked = tellingSort(wanted);
  const conjunction = conjunctionOf(query);
  const candidates = candidatesOf(table, conjunction.conditions);
  const best = candidates.filter((candidate, _, [first]) => first && merit(candidate) === merit(first));
  const exactly = ({ used }: Candidate): boolean =>
    conjunction.others === 0 && conjunction.conditions.every((condition) => used.includes(condition));

  for (const candidate of best) {
    const { access } = candidate;
    if (access.kind === 'elements') continue;
    const sort = asked.length > 0 ? asked : ownOrder(access);
    const turned = inOrderOf(access, sort);
    if (turned) return [{ access: turned, sort, inOrder: true, exact: exactly(candidate) }];
  }

  const plans: Plan[] = [];
  const narrow = best[0]?.access ?? narrowest(table, conjunction);
  const exact = best[0] !== undefined && exactly(best[0]);
  if (narrow) plans.push({ access: narrow, sort: asked, inOrder: isById(narrow, asked), exact });
  const all = conjunction.conditions.length === 0 && conjunction.others === 0;
  // Not as the second way beside a narrow one, which orders by id: a cursor of the one has no place in the other.
  if (!narrow && asked.length === 0) return [{ access: inFile, sort: [], inOrder: true, exact: all }];
  const ordered = everythingInOrder(table, asked);
  if (ordered) plans.push({ access: ordered, sort: asked, inOrder: true, exact: all });
  else if (!narrow) plans.push({ access: inFile, sort: asked, inOrder: false, exact: all });
  return plans;
};

/** Elements that are all pinned lie in their side table by id. */
const isById = (access: Access, sort: readonly Sort[]): boolean =>
  access.kind === 'elements' &&
  access.range.length === 0 &&
  sort.every(({ path, descending = false }) => path === 'id' && !descending);

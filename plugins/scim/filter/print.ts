import type { Filter } from './filter.ts';
import { printPath } from './path.ts';

const enclosed = (filter: Filter, kinds: readonly Filter['kind'][]): string =>
  kinds.includes(filter.kind) ? `(${printFilter(filter)})` : printFilter(filter);

/** The filter as text again, with no more parentheses than it needs to be read as the same. */
export const printFilter = (filter: Filter): string => {
  switch (filter.kind) {
    case 'compare':
      return `${printPath(filter.path)} ${filter.op} ${JSON.stringify(filter.value)}`;
    case 'present':
      return `${printPath(filter.path)} pr`;
    case 'and':
      return filter.of.map((part) => enclosed(part, ['and', 'or'])).join(' and ');
    case 'or':
      return filter.of.map((part) => enclosed(part, ['or'])).join(' or ');
    case 'not':
      return `not (${printFilter(filter.of)})`;
    case 'valuePath':
      return `${printPath(filter.path)}[${printFilter(filter.of)}]`;
  }
};

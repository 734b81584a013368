import type { MetricLabels } from '../kernel/metrics.ts';

/** Many more than there are routes or operations; a server that keeps them all is not harmed. */
export const MOST_SERIES = 1000;

const REST = 'other';

/**
 * The series of a metric by its labels, made once each. Beyond {@link MOST_SERIES} all further ones are one, whose labels
 * say `other`: whatever a label should come to hold, it cannot fill the memory here and at whoever looks.
 */
export const boundedSeries = <L extends string, S>(
  names: readonly L[],
  make: (labels: MetricLabels<L>) => S,
): ((labels: MetricLabels<L>) => S) => {
  const known = new Map<string, S>();
  const keyOf = (labels: MetricLabels<L>): string => {
    let key = '';
    for (const name of names) key += `${labels[name]}\0`;
    return key;
  };
  const made = (key: string, labels: MetricLabels<L>): S => {
    const series = make(labels);
    known.set(key, series);
    return series;
  };
  return (labels) => {
    const key = keyOf(labels);
    const found = known.get(key);
    if (found) return found;
    if (known.size < MOST_SERIES) return made(key, labels);
    const rest = Object.fromEntries(names.map((name) => [name, REST])) as MetricLabels<L>;
    const restKey = keyOf(rest);
    return known.get(restKey) ?? made(restKey, rest);
  };
};

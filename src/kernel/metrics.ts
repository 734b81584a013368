/** What a metric is called, and what tells its series apart. */
export interface MetricAbout<L extends string> {
  /** In Prometheus' own form: a unit at the end, `_total` for counters. */
  readonly name: string;
  /** One sentence for operators. */
  readonly help: string;
  readonly labels: readonly L[];
}

/** Values that are few and known beforehand: never a person's, never anything that was typed. */
export type MetricLabels<L extends string> = Readonly<Record<L, string>>;

/** One value of a gauge. */
export interface MetricSample<L extends string> {
  readonly labels: MetricLabels<L>;
  readonly value: number;
}

/** Figures for operators, as Prometheus knows them. Each name is taken once. */
export interface Metrics {
  /** Gives what counts one more. */
  counter<L extends string>(about: MetricAbout<L>): (labels: MetricLabels<L>) => void;
  /** Gives what begins to measure; that gives what ends it, and says of what it was. */
  timer<L extends string>(about: MetricAbout<L>): () => (labels: MetricLabels<L>) => void;
  /** Read whenever somebody looks; what it throws leaves the gauge out. */
  gauge<L extends string>(about: MetricAbout<L>, read: () => Promise<readonly MetricSample<L>[]>): void;
}

const nothing = (): void => undefined;

/** Where nobody looks. */
export const noMetrics: Metrics = { counter: () => nothing, timer: () => () => nothing, gauge: nothing };

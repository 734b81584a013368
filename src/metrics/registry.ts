import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Log } from '../kernel/log.ts';
import type { MetricAbout, MetricLabels, Metrics } from '../kernel/metrics.ts';
import { boundedSeries } from './bounded-series.ts';

/** Seconds: from what an index answers to what people do not wait for any more. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** In Prometheus' text format, version 0.0.4. */
export interface Exposition {
  readonly type: string;
  readonly text: string;
}

export interface MetricsRegistry extends Metrics {
  expose(): Promise<Exposition>;
}

const configurationOf = <L extends string>({ name, help, labels }: MetricAbout<L>, registry: Registry) => ({
  ...{ name, help },
  labelNames: [...labels],
  registers: [registry],
});

/** Figures of this process: those that parts of us add, and what Node tells of itself. */
export const openMetrics = (log: Log): MetricsRegistry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  return {
    counter<L extends string>(about: MetricAbout<L>) {
      const counter = new Counter(configurationOf(about, registry));
      const child = boundedSeries(about.labels, (labels: MetricLabels<L>) => counter.labels(labels));
      return (labels: MetricLabels<L>) => child(labels).inc();
    },

    timer<L extends string>(about: MetricAbout<L>) {
      const histogram = new Histogram({ ...configurationOf(about, registry), buckets: BUCKETS });
      const child = boundedSeries(about.labels, (labels: MetricLabels<L>) => histogram.labels(labels));
      return () => {
        const began = process.hrtime.bigint();
        return (labels: MetricLabels<L>) => child(labels).observe(Number(process.hrtime.bigint() - began) / 1e9);
      };
    },

    gauge(about, read) {
      new Gauge({
        ...configurationOf(about, registry),
        async collect() {
          this.reset();
          try {
            for (const { labels, value } of await read()) this.set(labels, value);
          } catch (error) {
            log.warn({ metric: about.name, error }, 'a figure could not be read');
          }
        },
      });
    },

    expose: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
};

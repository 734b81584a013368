import type { Log } from '../kernel/log.ts';
import { get, json } from './route.ts';
import type { Route } from './route.ts';

/** Something the service cannot do without; `check` throws with the reason when it is missing. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<void>;
}

const isHealthy = async ({ name, check }: HealthCheck, log: Log): Promise<boolean> => {
  try {
    await check();
    return true;
  } catch (error) {
    log.warn({ check: name, error }, 'a health check failed');
    return false;
  }
};

/** `/healthz`: the process answers. `/readyz`: it can serve; names what it lacks, the reason is in the log. */
export const healthRoutes = (checks: readonly HealthCheck[], log: Log): readonly Route[] => [
  get('/healthz', () => Promise.resolve(json({ status: 'alive' }))),
  get('/readyz', async () => {
    const healthy = await Promise.all(checks.map((check) => isHealthy(check, log)));
    const missing = checks.filter((_check, at) => !healthy[at]).map(({ name }) => name);
    return missing.length === 0 ? json({ status: 'ready' }) : json({ status: 'not ready', missing }, 503);
  }),
];

import type { Metrics } from '../../src/kernel/metrics.ts';
import type { Link } from './connection/link.ts';

/** Whether each server is used or left alone for a while, as this process sees it. */
export const directoryFigures = (metrics: Metrics, links: () => readonly Pick<Link, 'name' | 'servers'>[]): void => {
  metrics.gauge(
    {
      name: 'latchkey_directory_server_circuit_open',
      help: '1 where a server of a directory failed several times in a row and is left alone for a while, else 0.',
      labels: ['directory', 'server'],
    },
    async () => {
      const each = links().map(async (link) => {
        const servers = await link.servers();
        return servers.map(({ url, isOpen }) => ({
          labels: { directory: link.name, server: url },
          value: isOpen ? 1 : 0,
        }));
      });
      // A directory whose servers the DNS does not name should not hide the others.
      const settled = await Promise.allSettled(each);
      return settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    },
  );
};

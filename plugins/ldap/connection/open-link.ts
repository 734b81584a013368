import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { noMetrics } from '../../../src/kernel/metrics.ts';
import type { DirectoryConfig } from '../config.ts';
import { boundOn } from './bound.ts';
import type { RootDses } from './bound.ts';
import { comingConnections } from './coming.ts';
import { dialling } from './dialling.ts';
import { LdapFailure } from './failure.ts';
import { gates } from './gates.ts';
import { directoryTimer, measuring } from './measured.ts';
import { idleConnections } from './idle-connections.ts';
import type { AtServer, BindOptions, Link, LinkHost } from './link.ts';
import { turns } from './turns.ts';
import { personBinds, unsendable } from './person-binds.ts';
import type { Bound } from './person-binds.ts';
import { rootDseOf, ROOT_DSE_ATTRIBUTES } from './root-dse.ts';
import type { RootDse } from './root-dse.ts';
import { serverList } from './servers.ts';
import { serviceAccount } from './service-account.ts';
import { serviceWork } from './service-work.ts';

const REMEMBERED = 5 * MINUTE;

const rootDsesOver = (clock: Clock): RootDses => {
  const known = new Map<string, { readonly dse: RootDse; readonly until: number }>();
  return {
    async of({ server, entry }, fresh) {
      const before = known.get(server.url);
      if (before && !fresh && clock.now() < before.until) return before.dse;
      const found = await entry('', ROOT_DSE_ATTRIBUTES);
      if (!found) throw new LdapFailure('garbage', 'the server has no root DSE', server.url);
      const dse = rootDseOf(found);
      known.set(server.url, { dse, until: clock.now() + REMEMBERED });
      return dse;
    },
  };
};

/**
 * The way to one directory. Nothing is opened, and no library loaded, before it is first used.
 *
 * @param name of the directory in the configuration
 */
export const openLink = (name: string, config: DirectoryConfig, host: LinkHost): Link => {
  const { clock, log, timer = directoryTimer(noMetrics) } = host;
  const servers = serverList(name, config, host);
  const lines = dialling(config, measuring(timer, name, config.dialect));
  const idle = idleConnections(clock);
  const circuits = gates(name, clock, log);
  const rootDses = rootDsesOver(clock);
  const services = turns(name, config.pool.connections, config.timeouts.answer);
  const persons = turns(name, config.pool.binds, config.timeouts.answer);
  const serve = serviceWork({
    name,
    dialling: lines,
    idle,
    gates: circuits,
    account: serviceAccount(config.bindDn, config.bindPassword.reveal(), clock),
    ldapOn: (connection, requests) => boundOn(connection, requests, rootDses),
  });
  const bind = personBinds({ name, dialling: lines, gates: circuits });

  const candidates = async ({ server }: AtServer) => (server ? [server] : servers());

  const whileBound = async <T>(
    dn: string,
    password: string,
    at: BindOptions,
    work: (bound: Bound) => Promise<T>,
  ): Promise<T> =>
    persons.run(async () => {
      const bound = await bind(await candidates(at), dn, password, at.on);
      try {
        return await work(bound);
      } finally {
        bound.connection.close();
      }
    });

  return {
    name,
    withService: (work, { repeatable = false, ...at } = {}) =>
      services.run(async () => serve(await candidates(at), work, repeatable)),
    bindAs: async (dn, password, at = {}) =>
      unsendable(dn, password) ?? whileBound(dn, password, at, async ({ outcome }) => outcome),
    asPerson: async (dn, password, work, at = {}) =>
      unsendable(dn, password) ??
      whileBound(dn, password, at, async ({ outcome, connection, requests }) =>
        outcome.right ? { ...outcome, result: await work(boundOn(connection, requests, rootDses), outcome) } : outcome,
      ),
    connecting: comingConnections(lines, config.pool.binds),
    async servers() {
      return (await servers()).map((server) => ({ ...server, isOpen: circuits.isOpen(server) }));
    },
    close() {
      idle.closeAll();
      lines.closeAll();
    },
  };
};

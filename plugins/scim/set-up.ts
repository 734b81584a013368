import type { Contribution, DirectoryAccess, Host } from '../../src/plugin.ts';
import { bulkEndpoint } from './bulk/bulk.ts';
import { resourceOf, SCOPE } from './clients/authentication.ts';
import type { ScimConfig } from './config.ts';
import { createGroups } from './groups/groups.ts';
import { createNoteRefusal } from './log/log.ts';
import { createUsers } from './people/users.ts';
import { extensionSchemas } from './schema/extension.ts';
import { resourceTypes } from './schema/resource-types.ts';
import { createAnswering } from './server/answering.ts';
import { discoveryOf } from './server/discovery.ts';
import { discoveryEndpoints } from './server/documents.ts';
import type { Kind } from './server/kind.ts';
import { meEndpoint } from './server/me.ts';
import { resourceEndpoint } from './server/resources.ts';
import { createSearching } from './server/searching.ts';
import { createService, PREFIX } from './server/service.ts';
import { tableOf } from './server/table.ts';

const serviceOf = (host: Host, directory: DirectoryAccess, config: ScimConfig) => {
  const base = `${host.issuer}${PREFIX}`;
  const types = resourceTypes(extensionSchemas(config.extensions));
  const users = createUsers(host, directory, config, types.User, base);
  // In the order in which documents and lists of all of them have them.
  const kinds: readonly Kind[] = [users, createGroups(host, directory, types.Group, base)];
  const searching = createSearching(host, config);
  const abilities = { bulk: config.bulk };
  const discovery = discoveryOf({ config, types: kinds.map(({ type }) => type), abilities, base });
  const resources = Object.fromEntries(
    kinds.map((kind) => [kind.type.endpoint.slice(1), resourceEndpoint(kind, searching)]),
  );
  const programs = tableOf({
    '': { handlers: { GET: searching.byQuery(kinds) } },
    '.search': { handlers: { POST: searching.byBody(kinds) } },
    ...resources,
    Bulk: bulkEndpoint(
      host,
      { answering: createAnswering(host, tableOf(resources), createNoteRefusal(host)), base },
      config.bulk,
    ),
    ...discoveryEndpoints(discovery),
  });
  return createService(host, config, { programs, me: tableOf({ Me: meEndpoint(users) }) });
};

/** What only a server needs: the service, and the API that access tokens may be meant for. */
export const setUp = (host: Host, config: ScimConfig): Contribution => {
  // A foreign host keeps its own people.
  if (!host.directory) return {};
  return {
    services: [serviceOf(host, host.directory, config)],
    resources: [{ resource: resourceOf(host.issuer), scope: SCOPE, format: 'opaque' }],
  };
};

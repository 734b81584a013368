import { z } from 'zod';
import { duration, file } from '../../src/plugin.ts';
import { isFilter } from './filter-text.ts';

export const SERVER = /^ldaps?:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?\/?$/;

/** How the servers of a directory are reached. */
export const connectionOptions = {
  servers: z
    .array(z.string().regex(SERVER, 'ldaps://HOST or ldap://HOST, with :PORT where it is not the usual one'))
    .min(1)
    .exactOptional()
    .describe(
      'Servers in the order to try them: `ldaps://HOST:PORT`, or `ldap://HOST:PORT` which is upgraded by StartTLS before anything else is said.',
    ),
  srv: z
    .hostname()
    .exactOptional()
    .describe(
      'Domain whose DNS names the servers instead (`_ldap._tcp.dc._msdcs.DOMAIN` in Active Directory, else `_ldap._tcp.DOMAIN`); spoken to by StartTLS. Only servers inside the domain are believed.',
    ),
  ca: file()
    .exactOptional()
    .describe(
      'Path of a PEM file with the authority that signed their certificates; read at start. Without it the authorities that Node trusts.',
    ),
  serverName: z
    .hostname()
    .exactOptional()
    .describe('Name that certificates must have, where it is not the host that is connected to.'),
  plain: z
    .literal(true)
    .exactOptional()
    .describe('Speaks to `ldap://` servers without TLS. In the development profile only.'),
  timeouts: z
    .strictObject({
      connect: duration('5s').describe('Time for a connection: TCP, TLS and StartTLS together.'),
      answer: duration('10s').describe('Time for each answer; also the longest wait for a free connection.'),
    })
    .prefault({})
    .describe('How long a server may take.'),
  pool: z
    .strictObject({
      connections: z
        .int()
        .min(1)
        .max(100)
        .default(4)
        .describe('Connections as the service account that one process holds at most.'),
      binds: z
        .int()
        .min(1)
        .max(1000)
        .default(50)
        .describe('Passwords of people that one process tries at once at most, each on a connection of its own.'),
    })
    .prefault({})
    .describe('How many connections there are.'),
};

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Given {
  readonly servers?: readonly string[] | undefined;
  readonly srv?: string | undefined;
  readonly people: { readonly filter?: string | undefined };
  readonly groups: { readonly filter?: string | undefined };
}

export const serverFaults = ({ servers, srv, people, groups }: Given): readonly Fault[] => [
  ...((servers === undefined) === (srv === undefined)
    ? [{ path: ['servers'], message: 'name either servers or srv' }]
    : []),
  ...Object.entries({ people, groups }).flatMap(([name, { filter }]) =>
    filter === undefined || isFilter(filter)
      ? []
      : [{ path: [name, 'filter'], message: 'must be an LDAP filter (RFC 4515) such as (objectClass=person)' }],
  ),
];

import { z } from 'zod';
import { SECOND } from '../../src/kernel/clock.ts';
import { duration, file } from '../../src/plugin.ts';

const SERVER = /^ldaps?:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?\/?$/;

const patience = (fallback: string) =>
  duration(fallback).refine((time) => time >= SECOND, { error: 'must be at least 1s' });

const isServer = (text: string): boolean => SERVER.test(text) && URL.canParse(text) && new URL(text).port !== '0';

/** How the servers of a directory are reached. */
export const connectionOptions = {
  servers: z
    .array(
      z.string().refine(isServer, { error: 'ldaps://HOST or ldap://HOST, with :PORT where it is not the usual one' }),
    )
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
      connect: patience('5s').describe('Time for a connection: TCP, TLS and StartTLS together.'),
      answer: patience('10s').describe('Time for each answer; also the longest wait for a free connection.'),
    })
    .prefault({})
    .describe('How long a server may take.'),
  pool: z
    .strictObject({
      connections: z
        .int()
        .min(2)
        .max(100)
        .default(20)
        .describe(
          'Connections as the service account that one process holds at most; an import takes one for its time.',
        ),
      binds: z
        .int()
        .min(1)
        .max(1000)
        .default(50)
        .describe(
          'Passwords of people that one process tries at once at most, each on a connection of its own; as many more may be made ahead.',
        ),
    })
    .prefault({})
    .describe('How many connections there are.'),
};

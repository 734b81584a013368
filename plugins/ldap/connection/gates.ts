import type { Log } from '../../../src/kernel/log.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { circuit } from './circuit.ts';
import type { Circuit } from './circuit.ts';
import type { LdapFailure } from './failure.ts';
import type { LdapServer } from './ldap.ts';

/** The circuit of each server of a directory. */
export interface Gates {
  allows(server: LdapServer): boolean;
  isOpen(server: LdapServer): boolean;
  succeeded(server: LdapServer): void;
  failed(server: LdapServer, failure: LdapFailure): void;
}

export const gates = (directory: string, clock: Clock, log: Log): Gates => {
  const circuits = new Map<string, Circuit>();
  const of = ({ url }: LdapServer): Circuit => {
    const known = circuits.get(url);
    if (known) return known;
    const made = circuit(clock);
    circuits.set(url, made);
    return made;
  };

  return {
    allows: (server) => of(server).allows(),
    isOpen: (server) => of(server).isOpen,
    succeeded(server) {
      if (of(server).isOpen) log.info({ directory, server: server.url }, 'a directory server works again');
      of(server).succeeded();
    },
    failed(server, { code, diagnostic }) {
      const facts = { directory, server: server.url, code, diagnostic };
      if (of(server).failed()) log.warn(facts, 'a directory server keeps failing and is left alone for a while');
      else log.debug(facts, 'a directory server failed');
    },
  };
};

import { scryptSync } from 'node:crypto';

interface HostPerson {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  readonly mail: readonly string[];
  password: Buffer;
}

/** The host's own accounts: in real life a database. */
export const people: HostPerson[] = [
  {
    id: 'p1',
    userName: 'dora',
    displayName: 'Dora',
    mail: ['dora@foreign.test'],
    password: scryptSync('the first password of dora', 'p1', 32),
  },
];

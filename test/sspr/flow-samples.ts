import type { Account } from '../../src/plugin.ts';
import type { Flow } from '../../plugins/sspr/collections.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';

export const START = Date.UTC(2040, 0, 1);

export const flowOf = (kind: Flow['kind'], state: string, more: Partial<Flow> = {}): Flow => ({
  id: 'flow',
  kind,
  state,
  browser: 'browser',
  key: 'key',
  begunAt: START,
  expiresAt: START + 15 * 60_000,
  locale: 'en',
  address: '192.0.2.1',
  agent: 'agent',
  correlation: 'correlation',
  known: false,
  challenges: [],
  tries: {},
  proofs: [],
  ...more,
});

export const accountOf = (id: string, epoch = 0): Account => ({
  id,
  userName: id,
  displayName: id,
  mail: [`${id}@example.test`],
  groups: [],
  administrator: false,
  kind: 'person',
  active: true,
  epoch,
});

export const registrationOf = (id: string) => nothingRegistered(id);

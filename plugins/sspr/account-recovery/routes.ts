import type { Route } from '../../../src/plugin.ts';
import { gateRoutes } from './gate.ts';
import { identifyRoutes } from './identify.ts';
import { linkRoutes } from './link.ts';
import { proveRoutes } from './prove.ts';
import type { AccountRecovery } from './recovery.ts';
import { stuckRoutes } from './stuck.ts';
import { wordRoutes } from './word.ts';

/** The pages of a way back up to the last gate. */
export const recoveryRoutes = (recovery: AccountRecovery): readonly Route[] => [
  ...identifyRoutes(recovery),
  ...gateRoutes(recovery),
  ...proveRoutes(recovery),
  ...linkRoutes(recovery),
  ...wordRoutes(recovery),
  ...stuckRoutes(recovery),
];

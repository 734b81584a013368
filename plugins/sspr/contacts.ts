import type { Account, Host } from '../../src/plugin.ts';
import type { SsprConfig } from './config.ts';
import { addressesOf, asDirected } from './desk.ts';
import { createMethods } from './methods/list.ts';
import type { Contact } from './methods/method.ts';
import { registrationOf } from './registrations.ts';

/** Where news of an account reaches its owner, for whoever works without a desk. */
export const contactsOf = async (host: Host, config: SsprConfig, account: Account): Promise<readonly Contact[]> => {
  const methods = createMethods(host, config);
  const registration = await asDirected({ host, methods }, account, await registrationOf(host.store, account.id));
  return addressesOf({ methods }, account, registration);
};

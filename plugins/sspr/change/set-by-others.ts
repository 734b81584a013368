import type { Account, Host, SetBy } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { SsprConfig } from '../config.ts';
import { addressesOf, asDirected } from '../desk.ts';
import { ending, liveFlows } from '../live-flows.ts';
import { createMethods } from '../methods/list.ts';
import { byCommand, told } from '../notices.ts';
import { registrationOf } from '../registrations.ts';

/** In a directory its owner may have changed it themselves, at a computer of the organisation. */
const NOTICES: Readonly<Record<SetBy, string>> = {
  administrator: 'password-set',
  directory: 'password-changed-elsewhere',
};

/** What belongs to a password that somebody other than its owner set: resets end, browsers are strange, the owner hears. */
export const setByOthers = async (
  host: Host,
  config: SsprConfig,
  account: Account,
  by: SetBy,
): Promise<readonly Change[]> => {
  const methods = createMethods(host, config);
  const registration = await asDirected({ host, methods }, account, await registrationOf(host.store, account.id));
  const addresses = addressesOf({ methods }, account, registration);
  return [
    ...(await liveFlows(host.store, account.id)).map(ending),
    ...(await host.browsers.forgetting(account.id)),
    ...told(host, account, byCommand(host), NOTICES[by], addresses),
  ];
};

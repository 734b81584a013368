import type { Account, Host, SetBy } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { SsprConfig } from '../config.ts';
import { contactsOf } from '../contacts.ts';
import { ending, liveFlows } from '../live-flows.ts';
import { byCommand, told } from '../notices.ts';

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
): Promise<readonly Change[]> => [
  ...(await liveFlows(host.store, account.id)).map(ending),
  ...(await host.browsers.forgetting(account.id)),
  ...told(host, account, byCommand(host), NOTICES[by], await contactsOf(host, config, account)),
];

import type { Account, Host, UnlockFound } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { SsprConfig } from '../config.ts';
import { contactsOf } from '../contacts.ts';
import { byCommand, told } from '../notices.ts';

const NOTICES: Readonly<Record<UnlockFound, string>> = { unlocked: 'unlocked', open: 'unlock-found' };

/** What the owner hears of an unlock of which no page could tell: from which browser it was asked for, nobody knows now. */
export const unlockFound = async (
  host: Host,
  config: SsprConfig,
  account: Account,
  found: UnlockFound,
): Promise<readonly Change[]> =>
  told(host, account, byCommand(host), NOTICES[found], await contactsOf(host, config, account));

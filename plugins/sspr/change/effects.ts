import { auditEvent } from '../audit-events.ts';
import type { Desk } from '../desk.ts';
import { addressesOf } from '../desk.ts';
import type { ChangeEffect, ChangeEvent } from '../flows/change.ts';
import type { Effects } from '../flows/run.ts';
import { ending, liveFlows } from '../live-flows.ts';
import { told } from '../notices.ts';

/** What the names in the table of a change do. */
export const changeEffects = (desk: Desk): Effects<ChangeEffect, ChangeEvent> => {
  const { host } = desk;
  return {
    'set password': ({ event }) => event.setting,
    'go on': ({ event }) => event.goingOn,
    'end resets': async ({ event }) => (await liveFlows(host.store, event.account.id)).map(ending),
    // By their epoch all browsers are forgotten already. This one stays known, as after a reset: whoever goes on guessing
    // elsewhere must not keep its owner from signing in here.
    'forget browsers': async ({ flow, event: { account, browser } }) => [
      ...(await host.browsers.forgetting(account.id)),
      ...(flow.known ? [host.browsers.remembering(browser, { id: account.id, epoch: account.epoch + 1 })] : []),
    ],
    tell: ({ flow, event: { account, registration } }) =>
      told(host, account, flow, 'password-changed', addressesOf(desk, account, registration)),
    audit: ({ flow, event: { account, reason } }) => [
      host.audit.event(
        auditEvent(flow, {
          type: 'password.changed',
          result: 'success',
          subject: account.id,
          ...(reason === undefined ? {} : { reason }),
        }),
      ),
    ],
  };
};

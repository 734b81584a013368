import { z } from 'zod';
import { post } from '../../../src/plugin.ts';
import type { Route } from '../../../src/plugin.ts';
import { forSomebody, SECURITY_INFO } from './entry.ts';
import type { SecurityInfo } from './entry.ts';
import { toOverview } from './overview.ts';
import { say } from './said.ts';

/**
 * Signing out elsewhere. It takes no fresh proof: it only takes away, and whoever has lost a device is in a hurry.
 */
export const placeRoutes = (info: SecurityInfo): readonly Route[] => {
  const { desk, sessions } = info;
  return [
    post(`${SECURITY_INFO}/sessions/end`, z.strictObject({ session: z.string() }), (visit) =>
      forSomebody(info, visit, async ({ account }) => {
        if (await sessions.end(visit, account.id, visit.form.session)) say(visit.cookies, 'signed-out');
        return toOverview();
      }),
    ),
    post(`${SECURITY_INFO}/sessions/end-others`, z.strictObject({}), (visit) =>
      forSomebody(info, visit, async ({ account, session }) => {
        await sessions.endOthers(visit, account.id, session.uid);
        say(visit.cookies, 'others-signed-out');
        return toOverview();
      }),
    ),
    post(`${SECURITY_INFO}/browsers/forget`, z.strictObject({ browser: z.string() }), (visit) =>
      forSomebody(info, visit, async ({ account }) => {
        const { store, remembered } = desk.host;
        const changes = (await remembered?.forgetting(account.id, visit.form.browser)) ?? [];
        await store.commit(changes);
        if (changes.length > 0) say(visit.cookies, 'forgotten');
        return toOverview();
      }),
    ),
  ];
};

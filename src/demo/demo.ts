import type { Entrance, Route } from '../http/route.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { DevelopmentMailbox } from '../notify/mailbox.ts';

import { demoClientSecret } from './client.ts';
import { mailboxRoutes } from './mailbox-page.ts';
import { openidOnDemand } from './openid.ts';
import { createDemoPeople, demoPeople, type DemoPeopleParts, type FirstPassword } from './people.ts';
import { relyingPartyRoutes } from './relying-party.ts';
import { createDemoSessions, demoSessions } from './session.ts';

/** Collections that a store must have where the demo is on. */
export const demoCollections = [demoPeople, demoSessions];

export interface DemoParts extends DemoPeopleParts {
  readonly issuer: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly mailbox: Pick<DevelopmentMailbox, 'entries'>;
  /** Where people begin by themselves, without an app. */
  readonly entrances: readonly Entrance[];
  /** Where this process listens, such as `http://127.0.0.1:3000`; asked when somebody signs in. */
  origin(): string;
}

export interface Demo {
  readonly routes: readonly Route[];
  /** Makes the demo's people at the first start of a store; their passwords, for the terminal, that one time. */
  seed(): Promise<readonly FirstPassword[]>;
}

/** What shows the product to a newcomer: people, an app, and a mailbox. For the development profile only. */
export const createDemo = (parts: DemoParts): Demo => {
  const { issuer, store, secrets, clock, random, log, entrances } = parts;
  const people = createDemoPeople(parts);
  const sessions = createDemoSessions(store, secrets, clock, random);
  const openid = openidOnDemand(issuer, demoClientSecret(secrets, issuer), () => parts.origin());
  return {
    routes: [
      ...relyingPartyRoutes({ issuer, sessions, log, openid, entrances, people: () => people.shown() }),
      ...mailboxRoutes(parts.mailbox),
    ],
    seed: () => people.seed(),
  };
};

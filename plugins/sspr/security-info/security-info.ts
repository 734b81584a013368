import { get } from '../../../src/plugin.ts';
import type { Entrance, Route } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';
import { enrolmentEffects } from '../enrolment/effects.ts';
import { holdRoutes } from '../enrolment/hold.ts';
import { methodRoutes } from '../enrolment/method-pages.ts';
import { manageFlow } from '../flows/enrolment.ts';
import { createRunner } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import { doubtRoutes } from './doubt.ts';
import { managing, SECURITY_INFO } from './entry.ts';
import { activityPage, overview } from './overview.ts';
import { placeRoutes } from './places.ts';
import { preferredRoutes } from './preferred.ts';
import { removalRoutes } from './removal.ts';

/** Where people look after their methods and sessions; not in a foreign host, which keeps the sessions itself. */
export const securityInfoRoutes = (desk: Desk, limits: SsprLimits): readonly Route[] => {
  const { sessions, store, clock } = desk.host;
  if (!sessions) return [];
  const info = { desk, sessions };
  const runner = createRunner(store, clock, manageFlow, enrolmentEffects(desk, limits));
  const enrolment = managing(info, { limits, runner });
  return [
    get(SECURITY_INFO, (visit) => overview(info, visit)),
    get(`${SECURITY_INFO}/activity`, (visit) => activityPage(info, visit)),
    ...placeRoutes(info),
    ...preferredRoutes(enrolment),
    ...removalRoutes(enrolment),
    ...doubtRoutes(enrolment),
    ...holdRoutes(enrolment),
    ...methodRoutes(enrolment),
  ];
};

export const securityInfoEntrances = ({ host }: Desk): readonly Entrance[] =>
  host.sessions ? [{ label: { key: 'sspr.securityInfo.entrance' }, path: SECURITY_INFO }] : [];

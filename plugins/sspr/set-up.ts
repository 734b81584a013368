import type { Contribution, Host } from '../../src/plugin.ts';
import type { SsprConfig } from './config.ts';
import { changeStep } from './change/at-sign-in.ts';
import { changeEntrances, changeRoutes } from './change/change.ts';
import type { Desk } from './desk.ts';
import { createMethods } from './methods/list.ts';
import { createRules } from './password-rules/list.ts';
import { createPolicies } from './policy.ts';
import { enrolmentPrompts } from './enrolment/prompts.ts';
import { enrolmentRoutes } from './enrolment/enrolment.ts';
import { createLimits } from './limits.ts';
import { demoFacts, demoRegistration } from './registrations.ts';
import { createReset, resetRoutes } from './reset/reset.ts';
import { findJob } from './account-recovery/find.ts';
import { reminderJob } from './expiry/reminders.ts';
import { notMeRoutes } from './not-me/pages.ts';
import { peopleOf } from './people.ts';
import { missJob } from './proving/misses.ts';
import { passEntrances, passRecovery, passRoutes } from './pass/pages.ts';
import { factorRoutes } from './factor/pages.ts';
import { createSecondFactor, secondFactorStep } from './factor/step.ts';
import { securityInfoEntrances, securityInfoRoutes } from './security-info/security-info.ts';
import { wayInRoutes, waysIn } from './sign-in/ways-in.ts';
import { createStorms } from './staleness/storm.ts';
import { createUnlock, unlockEntrances, unlockRoutes } from './unlock/unlock.ts';
import { undeliverable } from './staleness/undeliverable.ts';

const createDesk = (host: Host, config: SsprConfig): Desk => {
  const policies = createPolicies(config);
  return {
    ...{ host, config, policies },
    methods: createMethods(host, config),
    rules: createRules(host, config, policies),
  };
};

/** What only a server needs: pages, steps, jobs and what they stand on. */
export const setUp = (host: Host, config: SsprConfig): Contribution => {
  const desk = createDesk(host, config);
  const methods = Object.values(desk.methods);
  const limits = createLimits(host, config.limits);
  const reset = createReset(desk, limits);
  const unlock = createUnlock(desk, limits);
  const secondFactor = createSecondFactor(desk, limits);
  const storms = createStorms(host);
  return {
    routes: [
      ...resetRoutes(reset),
      ...(unlock ? unlockRoutes(unlock) : []),
      ...enrolmentRoutes(desk, limits),
      ...factorRoutes(secondFactor),
      ...securityInfoRoutes(desk, limits),
      ...changeRoutes(desk),
      ...passRoutes(desk, limits),
      ...wayInRoutes(desk),
      ...notMeRoutes(desk),
      ...methods.flatMap((method) => [...(method.routes ?? []), ...(method.pages?.(peopleOf(desk, method)) ?? [])]),
    ],
    prompts: enrolmentPrompts(desk, storms),
    undeliverable: undeliverable(desk, storms),
    steps: [secondFactorStep(secondFactor), changeStep(desk)],
    waysIn: waysIn(desk),
    jobs: [
      findJob(host.store, unlock ? [reset, unlock] : [reset]),
      missJob(reset),
      reminderJob(desk),
      ...methods.flatMap(({ jobs = [] }) => jobs),
    ],
    entrances: [
      { label: { key: 'sspr.entrance' }, path: '/reset' },
      ...passEntrances(desk),
      ...unlockEntrances(unlock),
      ...changeEntrances(desk),
      ...securityInfoEntrances(desk),
    ],
    demo: (person) => Promise.resolve([demoRegistration(host, methods, person)]),
    demoFacts: (accountId) => demoFacts(host, methods, accountId),
    whilePaused: unlockEntrances(unlock),
    recovery: [
      { label: { key: 'sspr.recovery' }, reopens: true, path: (uid) => `/reset?sign_in=${encodeURIComponent(uid)}` },
      ...passRecovery(desk),
    ],
  };
};

import { definePlugin } from '../../src/plugin.ts';
import type { Host, Plugin } from '../../src/plugin.ts';
import { auditEvents } from './audit-events.ts';
import { changeStep } from './change/at-sign-in.ts';
import { changeEntrances, changeRoutes } from './change/change.ts';
import { judgedForOthers } from './change/judged-for-others.ts';
import { setByOthers } from './change/set-by-others.ts';
import { flows, misses, openings, registrations } from './collections.ts';
import { commandGroups, commands } from './commands/commands.ts';
import { ssprConfig } from './config.ts';
import type { SsprConfig } from './config.ts';
import type { Desk } from './desk.ts';
import { createMethods, methodCollections } from './methods/list.ts';
import { breachedFaults } from './password-rules/breached.ts';
import { createRules } from './password-rules/list.ts';
import { unknownAttributes, unmetNeeds } from './needs.ts';
import { createPolicies } from './policy.ts';
import { enrolmentPrompts } from './enrolment/prompts.ts';
import { enrolmentRoutes } from './enrolment/enrolment.ts';
import { createLimits } from './limits.ts';
import { demoFacts, demoRegistration } from './registrations.ts';
import { createReset, resetRoutes } from './reset/reset.ts';
import { findJob } from './account-recovery/find.ts';
import { expiryLooks, expiryReminders } from './expiry/collections.ts';
import { reminderJob } from './expiry/reminders.ts';
import { cases, disclaimers } from './not-me/collections.ts';
import { notMeRoutes } from './not-me/pages.ts';
import { peopleOf } from './people.ts';
import { missJob } from './proving/misses.ts';
import { passEntrances, passRecovery, passRoutes } from './pass/pages.ts';
import { factorRoutes } from './factor/pages.ts';
import { createSecondFactor, secondFactorStep } from './factor/step.ts';
import { securityInfoEntrances, securityInfoRoutes } from './security-info/security-info.ts';
import { wayInRoutes, waysIn } from './sign-in/ways-in.ts';
import { returning } from './staleness/returning.ts';
import { createStorms } from './staleness/storm.ts';
import { createUnlock, unlockEntrances, unlockRoutes } from './unlock/unlock.ts';
import { undeliverable } from './staleness/undeliverable.ts';
import { templates } from './templates.ts';

const createDesk = (host: Host, config: SsprConfig): Desk => {
  const policies = createPolicies(config);
  return {
    ...{ host, config, policies },
    methods: createMethods(host, config),
    rules: createRules(host, config, policies),
  };
};

/** Self-service password reset: people register ways back in, confirm them, and reset their password with them. */
export const sspr: Plugin<SsprConfig> = definePlugin({
  name: 'sspr',
  config: ssprConfig,
  faults: (config, installation) => [
    ...unmetNeeds(config, installation),
    ...unknownAttributes(config, installation),
    ...breachedFaults(config.password.breached),
  ],
  collections: [
    flows,
    openings,
    misses,
    registrations,
    expiryLooks,
    expiryReminders,
    disclaimers,
    cases,
    ...methodCollections,
  ],
  auditEvents,
  templates,
  folder: 'plugins/sspr',
  commands,
  commandGroups,
  passwordSet: setByOthers,
  judgesPassword: judgedForOthers,
  restored: (host, _config, accountId) => returning(host, accountId),
  setup(host, config) {
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
  },
});

import { expect } from 'chai';
import { AppError } from '../../src/kernel/errors.ts';
import type { Flow } from '../../plugins/sspr/collections.ts';
import { changeFlow } from '../../plugins/sspr/flows/change.ts';
import { confirmFlow, manageFlow, passFlow, registerFlow } from '../../plugins/sspr/flows/enrolment.ts';
import type { EnrolmentEvent } from '../../plugins/sspr/flows/enrolment.ts';
import { resetFlow } from '../../plugins/sspr/flows/reset.ts';
import type { ResetEvent, WriteEvent } from '../../plugins/sspr/flows/reset.ts';
import { unlockFlow } from '../../plugins/sspr/flows/unlock.ts';
import type { UnlockFlowEvent } from '../../plugins/sspr/flows/unlock.ts';
import type { RecoveryEvent } from '../../plugins/sspr/flows/account-recovery.ts';
import { secondFactorFlow } from '../../plugins/sspr/flows/second-factor.ts';
import type { FactorEvent } from '../../plugins/sspr/flows/second-factor.ts';
import { advance } from '../../plugins/sspr/flows/table.ts';
import type { FlowEvent, FlowTable } from '../../plugins/sspr/flows/table.ts';
import { accountOf, flowOf, registrationOf, START } from './flow-samples.ts';

const person = { accountId: 'ann', epoch: 0 };
const account = accountOf('ann');
const registration = registrationOf('ann');
const registered = { id: 'r', method: 'email', addedAt: START, data: {} };
const challenge = { method: 'email', until: START + 1000, data: {} };

const resetEvents: Readonly<Record<ResetEvent['type'], ResetEvent>> = {
  ask: { type: 'ask', method: 'email', sends: true },
  issue: { type: 'issue', challenge, reason: 'sent', counts: true, person },
  attempt: { type: 'attempt', method: 'email', judged: true },
  prove: {
    type: 'prove',
    proof: { method: 'email', at: START, browser: 'browser', registered: 'r', things: [] },
    person,
    demand: { gates: 2, methods: ['email'] },
    key: 'new',
    registration,
    counted: true,
  },
  carry: { type: 'carry', method: 'email', there: flowOf('reset', 'proved') },
  'try-word': { type: 'try-word' },
  bring: {
    type: 'bring',
    first: { ...flowOf('reset', 'second-gate'), version: 1 },
    demand: { gates: 2, methods: ['email'] },
    now: START,
    key: 'new',
  },
  write: {
    type: 'write',
    person,
    demand: { gates: 1, methods: ['email'] },
    browser: 'browser',
    now: START,
    account,
    registration,
    setting: [],
  },
};

const { write, ...recoveryEvents } = resetEvents;

const unlockEvents: Readonly<Record<UnlockFlowEvent['type'], UnlockFlowEvent>> = {
  ...(recoveryEvents as Readonly<Record<RecoveryEvent['type'], RecoveryEvent>>),
  unlock: { ...(write as WriteEvent), type: 'unlock', wasLocked: true, unlocking: [] },
};

const enrolmentEvents: Readonly<Record<EnrolmentEvent['type'], EnrolmentEvent>> = {
  start: { type: 'start', method: 'email', data: '', until: START + 1000, account },
  drop: { type: 'drop' },
  attempt: { type: 'attempt', account },
  register: {
    type: 'register',
    registered,
    most: 1,
    registration,
    account,
    enough: true,
    now: START,
  },
  remove: { type: 'remove', removed: registered, registration, account },
  confirm: { type: 'confirm', registration, account, now: START },
  keep: { type: 'keep', kept: registered, registration, account },
  postpone: { type: 'postpone', account },
  finish: { type: 'finish', account },
  prefer: { type: 'prefer', method: 'email', registration, account },
};

const factorEvents: Readonly<Record<FactorEvent['type'], FactorEvent>> = {
  issue: { type: 'issue', challenge, account },
  attempt: { type: 'attempt', method: 'totp', judged: true },
  prove: {
    type: 'prove',
    account,
    method: 'totp',
    registered: 'r',
    factor: { amr: ['otp'], acr: 'aal1', at: START },
    registration,
    counted: true,
  },
};

const changing = { type: 'change', account, registration, browser: 'browser', setting: [], goingOn: [] } as const;

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

/** What holds for every table, whatever it is about. */
const holds = <S extends string, E extends FlowEvent, X extends string>(
  table: FlowTable<S, Flow, E, X>,
  events: Readonly<Record<string, E>>,
): void => {
  const states = Object.keys(table.states) as S[];
  const arrows = states.flatMap((from) =>
    Object.entries(table.states[from] as Record<string, { to: readonly S[] } | undefined>).map(([type, arrow]) => ({
      from,
      type,
      to: arrow?.to ?? [],
    })),
  );

  describe(`the table of ${table.kind}`, () => {
    it('can reach every state from the first', () => {
      const reached = new Set<S>([table.initial]);
      for (let before = 0; before < reached.size;) {
        before = reached.size;
        for (const { from, to } of arrows) if (reached.has(from)) for (const state of to) reached.add(state);
      }
      expect([...reached]).to.have.members(states);
    });

    it('can come to an end from every state', () => {
      // Where nothing but its time is its end, every state has that.
      if (table.final.length === 0) return;
      const ending = new Set<S>(table.final);
      for (let before = 0; before < ending.size;) {
        before = ending.size;
        for (const { from, to } of arrows) if (to.some((state) => ending.has(state))) ending.add(from);
      }
      expect([...ending]).to.have.members(states);
    });

    it('leads to states that it has, and out of its last ones nowhere', () => {
      for (const { to } of arrows) expect(states).to.include.members([...to]);
      for (const state of table.final) expect(arrows.filter(({ from }) => from === state)).to.deep.equal([]);
    });

    for (const state of states) {
      const taken = new Set(arrows.filter(({ from }) => from === state).map(({ type }) => type));
      const refused = Object.keys(events).filter((type) => !taken.has(type));

      it(`refuses ${refused.join(', ')} in the state ${state}, and every event once it has expired`, () => {
        for (const [type, event] of Object.entries(events)) {
          const flow = flowOf(table.kind as Flow['kind'], state);
          if (!taken.has(type)) {
            expect(
              codeOf(() => advance(table, flow, event, START)),
              type,
            ).to.equal('flow_out_of_order');
          }
          expect(
            codeOf(() => advance(table, flow, event, flow.expiresAt)),
            type,
          ).to.equal('flow_expired');
        }
      });
    }

    it('refuses an event that it has never heard of, also one named like a property of every object', () => {
      for (const type of ['nonsense', 'toString', '__proto__', 'constructor']) {
        const flow = flowOf(table.kind as Flow['kind'], table.initial);
        expect(
          codeOf(() => advance(table, flow, { type } as unknown as E, START)),
          type,
        ).to.equal('flow_out_of_order');
      }
    });
  });
};

holds(resetFlow, resetEvents);
holds(unlockFlow, unlockEvents);
holds(secondFactorFlow, factorEvents);
holds(registerFlow, enrolmentEvents);
holds(confirmFlow, enrolmentEvents);
holds(manageFlow, enrolmentEvents);
holds(passFlow, enrolmentEvents);
holds(changeFlow, { change: changing });

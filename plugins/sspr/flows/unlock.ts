import type { Change } from '../../../src/store/port.ts';
import type { Flow } from '../collections.ts';
import { begins, gates, proved, requireOpen, settled, to } from './account-recovery.ts';
import type { Ending, RecoveryEffect, RecoveryEvent, RecoveryState } from './account-recovery.ts';
import { defineFlow } from './table.ts';

export interface UnlockEvent extends Ending {
  readonly type: 'unlock';
  readonly wasLocked: boolean;
  /** What ends the lock. */
  readonly unlocking: readonly Change[];
}

/** Everything that can happen to an unlock. */
export type UnlockFlowEvent = RecoveryEvent | UnlockEvent;

type End = 'unlocked' | 'was-not-locked';

const unlock = (flow: Flow, event: UnlockEvent): Flow & { readonly state: End } => {
  requireOpen(flow, event);
  return to({ ...settled(flow), challenges: [] }, event.wasLocked ? 'unlocked' : 'was-not-locked');
};

export type UnlockEffect = RecoveryEffect | 'unlock' | 'name sign-in' | 'tell';

/** Identify, prove as many gates as the policy asks for an unlock, press a button, done. The password stays. */
export const unlockFlow = defineFlow<Flow, UnlockFlowEvent>()<RecoveryState | End, UnlockEffect>({
  kind: 'unlock',
  ...begins,
  final: ['unlocked', 'was-not-locked'],
  states: {
    ...gates,
    proved: {
      ...proved,
      unlock: {
        to: ['unlocked', 'was-not-locked'],
        effects: ['unlock', 'name sign-in', 'tell', 'audit'],
        apply: unlock,
      },
    },
    unlocked: {},
    'was-not-locked': {},
  },
});

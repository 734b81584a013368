import type { Change } from '../../../src/store/port.ts';
import type { Flow } from '../collections.ts';
import { begins, gates, proved, requireOpen, settled, to } from './account-recovery.ts';
import type { Ending, RecoveryEffect, RecoveryEvent, RecoveryState } from './account-recovery.ts';
import { defineFlow } from './table.ts';

export interface WriteEvent extends Ending {
  readonly type: 'write';
  /** What makes the password the account's. */
  readonly setting: readonly Change[];
}

/** Everything that can happen to a reset. */
export type ResetEvent = RecoveryEvent | WriteEvent;

const write = (flow: Flow, event: WriteEvent): Flow & { readonly state: 'finished' } => {
  requireOpen(flow, event);
  return to({ ...settled(flow), challenges: [] }, 'finished');
};

export type ResetEffect =
  | RecoveryEffect
  | 'set password'
  | 'end others'
  | 'clear limits'
  | 'hold registration'
  | 'forget browsers'
  | 'spare sign-in'
  | 'tell';

/** Identify, prove one or two gates, choose, done. */
export const resetFlow = defineFlow<Flow, ResetEvent>()<RecoveryState | 'finished', ResetEffect>({
  kind: 'reset',
  ...begins,
  final: ['finished'],
  states: {
    ...gates,
    proved: {
      ...proved,
      write: {
        to: ['finished'],
        effects: [
          'set password',
          'end others',
          'clear limits',
          'hold registration',
          'forget browsers',
          'spare sign-in',
          'tell',
          'audit',
        ],
        apply: write,
      },
    },
    finished: {},
  },
});

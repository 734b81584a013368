import { createExecution } from './execution.ts';
import type { BulkParts, BulkSource } from './execution.ts';
import { needsOf } from './needs.ts';
import { unitsOf } from './order.ts';
import { failed } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { BulkRequest } from './request.ts';

/**
 * What became of the operations of one request, by their positions; nothing of those that were not begun, since there were
 * too many errors or the client had gone. It ends between operations, and never within a circle of them.
 */
export const runBulk = async (
  parts: BulkParts,
  from: Pick<BulkSource, 'call' | 'asker'>,
  { operations, failOnErrors }: BulkRequest,
): Promise<ReadonlyMap<number, Outcome>> => {
  const needs = needsOf(operations);
  const { outcomes, alone, circle } = createExecution(parts, { ...from, operations, needs });
  for (const unit of unitsOf(needs.positions)) {
    const errors = [...outcomes.values()].filter(failed).length;
    if (from.call.gone.aborted || errors >= failOnErrors) break;
    const [first = 0] = unit;
    if (unit.length > 1 || needs.positions[first]?.includes(first)) await circle(unit);
    else await alone(first);
  }
  return outcomes;
};

import type { AttributeChange } from '../log/difference.ts';
import { faultOf } from '../server/faults.ts';

/** What became, or would become, of one line. */
export type LineOutcome = { readonly line: number; readonly name?: string } & (
  | { readonly result: 'created' | 'changed'; readonly changes: Readonly<Record<string, AttributeChange>> }
  | { readonly result: 'unchanged' }
  | { readonly result: 'failed'; readonly why: string }
);

/** What a client would be told of it. Throws what failed in us, which ends an import. */
export const failed = (line: number, error: unknown): LineOutcome => {
  const { status, detail } = faultOf(error);
  if (status >= 500) throw error;
  return { line, result: 'failed', why: detail };
};

/** A line that cannot be brought stops no other. */
export const outcomeOf = async (line: number, work: () => Promise<LineOutcome>): Promise<LineOutcome> => {
  try {
    return await work();
  } catch (error) {
    return failed(line, error);
  }
};

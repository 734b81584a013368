import { PasswordRefused } from '../../../src/plugin.ts';
import type { RefusalFacts } from '../../../src/plugin.ts';
import type { LdapFailure } from '../connection/failure.ts';
import type { Dialect, WriteRefusal } from '../dialects/dialect.ts';
import type { FoundEntry } from './authority.ts';

/** What was to be written, as far as a refusal can be about it. */
export interface Attempted {
  /** Absent for an unlock. */
  readonly password?: string;
  readonly now: number;
}

const isShort = ({ policy }: FoundEntry, { password = '' }: Attempted): boolean =>
  [...password].length < policy.minLength;

const isTooYoung = ({ policy, state }: FoundEntry, now: number): boolean =>
  policy.minAge > 0 && state.changedAt !== undefined && state.changedAt + policy.minAge > now;

/** Which rule it was, where the server only says that it was one: what can be known here is looked at first. */
const ruleOf = (found: FoundEntry, dialect: Dialect, attempted: Attempted): WriteRefusal => {
  const { policy, entry } = found;
  const { password = '', now } = attempted;
  if (isShort(found, attempted)) return 'too_short';
  if (policy.complexity && dialect.isComplex?.(entry, password) === false) return 'complexity';
  if (isTooYoung(found, now)) return 'too_young';
  return policy.history > 0 ? 'history' : 'complexity';
};

const formOf = (found: FoundEntry, attempted: Attempted): 'too_short' | 'complexity' =>
  isShort(found, attempted) ? 'too_short' : 'complexity';

const factsOf = (reason: PasswordRefused['reason'], { policy, state }: FoundEntry): RefusalFacts => {
  if (policy.unreadable) return {};
  switch (reason) {
    case 'too_short':
      return policy.minLength > 0 ? { least: policy.minLength } : {};
    case 'history':
      return policy.history > 0 ? { remembered: policy.history } : {};
    case 'too_young':
      return state.changedAt !== undefined && policy.minAge > 0 ? { until: state.changedAt + policy.minAge } : {};
    default:
      return {};
  }
};

/** A refusal of a server as its person hears of it. */
export const refusalOf = (
  failure: LdapFailure,
  found: FoundEntry | undefined,
  dialect: Dialect,
  attempted: Attempted,
): PasswordRefused => {
  if (failure.isOutage) return new PasswordRefused('unreachable', failure.message);
  const said = dialect.refusal(failure);
  if (!found) return new PasswordRefused(said === 'policy' ? 'misconfigured' : said, failure.message);
  const rule = said === 'policy' ? ruleOf(found, dialect, attempted) : said;
  // Some call a short one "of little quality", as they do one of few kinds of characters.
  const reason = rule === 'policy' || rule === 'complexity' ? formOf(found, attempted) : rule;
  return new PasswordRefused(reason, failure.message, factsOf(reason, found));
};

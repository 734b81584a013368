import { systemClock } from '../../../src/kernel/clock.ts';

/** GeneralizedTime (RFC 4517 section 3.3.13) of so many seconds ago. */
export const generalizedTime = (secondsAgo: number): string =>
  // A server compares it with the machine's clock, so no other would do.
  `${new Date(systemClock.now() - secondsAgo * 1000).toISOString().replace(/[-:T]|\..*$/g, '')}Z`;

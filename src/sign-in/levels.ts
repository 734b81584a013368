/**
 * Levels of assurance (`acr`), the lowest first: one factor and two after NIST SP 800-63B, and `phr`, which no page that
 * poses as ours can get (OpenID Connect Extended Authentication Profile ACR Values 1.0). Each contains those before it.
 */
export const LEVELS = ['aal1', 'aal2', 'phr'] as const;

export type Acr = (typeof LEVELS)[number];

/** What an app asks for by `acr_values` or by the claim `acr` (OpenID Connect Core sections 3.1.2.1 and 5.5.1.1). */
export interface WantedAcr {
  /** As sent, in order of preference; any of them will do, and none is no wish. */
  readonly values: readonly string[];
  /** The app has no use for a sign-in of a lower level. */
  readonly essential: boolean;
}

const rank = (acr: string | undefined): number => LEVELS.findIndex((level) => level === acr);

const isLevel = (value: string): value is Acr => rank(value) >= 0;

/** The level of a session, which was written by us, as a level. */
export const levelOf = (acr: string | undefined): Acr => LEVELS.find((level) => level === acr) ?? 'aal1';

export const higherOf = (a: Acr, b: Acr): Acr => (rank(a) >= rank(b) ? a : b);

/** Whether `acr` is that level or one that contains it; nothing reaches a level that is unknown here. */
export const reaches = (acr: string | undefined, level: string): boolean =>
  rank(level) >= 0 && rank(acr) >= rank(level);

export const meets = (acr: string | undefined, { values }: WantedAcr): boolean =>
  values.length === 0 || values.some((value) => reaches(acr, value));

/** Whether there is a level here that would do. */
export const isKnown = ({ values }: WantedAcr): boolean => values.length === 0 || values.some(isLevel);

/**
 * What an app is told: an essential request has to be answered by one of its own values (OpenID Connect Core section
 * 5.5.1.1), so that somebody who proved more than it asks for is told of as the highest that it does.
 */
export const toldAcr = (acr: string | undefined, { values }: WantedAcr): string | undefined => {
  if (acr === undefined || values.includes(acr)) return acr;
  const reached = values.filter(isLevel).filter((value) => reaches(acr, value));
  return reached.length === 0 ? acr : reached.reduce(higherOf);
};

type Kind = 'knowledge' | 'possession' | 'inherence';

/** Kinds of factors by authentication method reference (RFC 8176); what is not here is no factor of its own. */
const KINDS: Readonly<Record<string, Kind>> = {
  pwd: 'knowledge',
  pin: 'knowledge',
  kba: 'knowledge',
  otp: 'possession',
  sms: 'possession',
  tel: 'possession',
  hwk: 'possession',
  swk: 'possession',
  pop: 'possession',
  sc: 'possession',
  face: 'inherence',
  fpt: 'inherence',
  iris: 'inherence',
  retina: 'inherence',
  vbm: 'inherence',
};

/** What was proved, by methods (RFC 8176) and level. */
export interface Proved {
  readonly amr: readonly string[];
  readonly acr: Acr;
}

/** Two proofs of the same person in one sign-in: two kinds of factors are `aal2`, two of one kind are no more than one. */
export const together = (a: Proved, b: Proved): Proved => {
  const methods = new Set([...a.amr, ...b.amr]);
  const kinds = new Set([...methods].flatMap((method) => KINDS[method] ?? []));
  const acr = [a.acr, b.acr, kinds.size > 1 ? 'aal2' : 'aal1'] as const;
  const reached = acr.reduce(higherOf);
  if (reached !== 'aal1') methods.add('mfa');
  return { amr: [...methods], acr: reached };
};

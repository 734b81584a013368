import Provider, { type AdapterPayload } from 'oidc-provider';

/** What decides whether anything that belongs to a person still counts. */
export interface Standing {
  /** Rises when everything signed in so far must end. */
  readonly epoch: number;
  readonly active: boolean;
}

/** Undefined for someone deleted. */
export type StandingOf = (accountId: string) => Promise<Standing | undefined>;

/** The models that carry `epoch` in their own payload; all others have it from their grant. */
export const EPOCH_BEARERS = ['Session', 'Grant', 'Interaction'] as const;

const isEpoch = (value: unknown): value is number => typeof value === 'number';

/** What was proved so far in a running sign-in, of one person. */
const halfOf = (payload: AdapterPayload): { readonly accountId?: string; readonly epoch?: unknown } =>
  payload['half'] ?? {};

/** Whose it is. A running sign-in names its person only inside its parts. */
export const accountOf = (payload: AdapterPayload): string | undefined =>
  payload.accountId ??
  payload.result?.login?.accountId ??
  halfOf(payload).accountId ??
  payload.lastSubmission?.login?.accountId ??
  payload.session?.accountId;

/** The least of all proofs that a running sign-in rests on: it is as old as the oldest of them. */
const ofInteraction = (payload: AdapterPayload): number | undefined => {
  const epochs = [
    payload['epoch'],
    payload.result?.login?.['epoch'],
    payload.lastSubmission?.login?.['epoch'],
    halfOf(payload).epoch,
    payload.session === undefined ? undefined : Reflect.get(Provider.ctx?.oidc.session ?? {}, 'epoch'),
  ].filter(isEpoch);
  return epochs.length === 0 ? undefined : Math.min(...epochs);
};

/** The grant in hand, so that a code and its tokens cost no look-up each. */
const ofGrantInHand = (grantId: string): number | undefined => {
  const grant = Provider.ctx?.oidc.entities.Grant;
  const epoch: unknown = grant?.jti === grantId ? Reflect.get(grant, 'epoch') : undefined;
  return isEpoch(epoch) ? epoch : undefined;
};

/**
 * The epoch of the sign-in that an artifact comes from, never the person's present one: a request that was in flight
 * when everything ended still writes with the epoch it began with, and what it wrote is refused afterwards.
 *
 * @param ofGrant epoch of a stored grant
 */
export const epochOf = async (
  model: string,
  payload: AdapterPayload,
  ofGrant: (grantId: string) => Promise<number | undefined>,
): Promise<number | undefined> => {
  if (model === 'Interaction') return ofInteraction(payload);
  if (isEpoch(payload['epoch'])) return payload['epoch'];
  if (payload.grantId === undefined) return undefined;
  return ofGrantInHand(payload.grantId) ?? (await ofGrant(payload.grantId));
};

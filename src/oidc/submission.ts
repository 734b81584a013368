import { AppError } from '../kernel/errors.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Proof } from '../sign-in/interactions.ts';
import { change, Conflict, type Change, type Store } from '../store/port.ts';
import { artifacts } from './artifact.ts';
import type { StandingOf } from './lineage.ts';
import { artifactKey, pack, unpack } from './payload.ts';

/**
 * Makes what was proved the result of a sign-in, with what is told of it, in one commit: oidc-provider would write its
 * part alone, and a process that died between the two had told of a sign-in that nobody made, or told of it twice.
 * Does nothing where the same was submitted before. Throws `sign_in_expired` for one that is over, or of somebody whose
 * everything ended since the proof.
 *
 * @param along what is committed with it, from fresh reads at each try
 */
export type Submit = (uid: string, proof: Proof, along: () => Promise<readonly Change[]>) => Promise<void>;

/** Tries to write a sign-in that others are changing. */
const MOST_TRIES = 10;

const loginOf = ({ accountId, epoch, acr, amr, at }: Proof) => ({
  ...{ accountId, epoch, acr },
  amr: [...amr],
  ts: Math.floor(at / 1000),
  remember: true,
});

export const createSubmit = (store: Store, secrets: Secrets, standing: StandingOf): Submit => {
  /** The sign-in as stored, with its result; undefined where that is there already. */
  const submission = async (uid: string, proof: Proof): Promise<Change | undefined> => {
    const { accountId, epoch } = proof;
    const artifact = await store.get(artifacts, artifactKey(secrets, 'Interaction', uid));
    const now = await standing(accountId);
    if (!artifact || artifact.consumedAt !== undefined || !now?.active || now.epoch !== epoch) {
      throw new AppError('sign_in_expired', 'this sign-in is over');
    }
    const before = unpack(secrets, artifact, uid);
    const known = before.result?.login;
    if (known?.accountId === accountId && known['epoch'] === epoch) return undefined;
    const payload = { ...before, half: undefined, replaces: undefined, result: { login: loginOf(proof) } };
    return change.swap(artifacts, {
      ...artifact,
      payload: pack(secrets, 'Interaction', payload),
      accountId,
      // The least of all proofs that it rests on (see `lineage.ts`).
      epoch: Math.min(epoch, artifact.epoch ?? epoch),
    });
  };

  return async (uid, proof, along) => {
    for (let tries = 1; ; tries += 1) {
      const submitting = await submission(uid, proof);
      if (!submitting) return;
      try {
        await store.commit([submitting, ...(await along())]);
        return;
      } catch (error) {
        // The same sign-in, or the same browser elsewhere, changed meanwhile: both are read again.
        if (!(error instanceof Conflict) || tries === MOST_TRIES) throw error;
      }
    }
  };
};

import type { MessageRef, Visit } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import { methodOf } from '../desk.ts';
import { heldOf, registrationOf } from '../registrations.ts';
import type { AccountRecovery } from './recovery.ts';

/** What is to be said of the ways that were used, such as how many recovery codes are left. */
const afterwardsOf = async (
  { desk }: AccountRecovery,
  { accountId, proofs }: StoredFlow,
): Promise<readonly MessageRef[]> => {
  const uses = proofs.flatMap(({ method: name, registered }) => {
    const method = methodOf(desk, name);
    return method?.afterwards ? [{ method, registered }] : [];
  });
  if (accountId === undefined || uses.length === 0) return [];
  const registration = await registrationOf(desk.host.store, accountId);
  return uses.flatMap(({ method, registered }) => {
    const left = heldOf(method, registration).find(({ id }) => id === registered);
    return method.afterwards?.(left?.data) ?? [];
  });
};

/** What the last page of every way back shows: where to go from there, and what is left of what was used. */
export const doneData = async (
  recovery: AccountRecovery,
  visit: Visit<unknown>,
  flow: StoredFlow,
): Promise<Readonly<Record<string, unknown>>> => {
  const { host } = recovery.desk;
  const { signIn = '' } = flow;
  const isOwn = signIn !== '' && (await host.signIns.owns(visit, signIn));
  return {
    signIn: isOwn ? host.signIns.path(signIn) : undefined,
    elsewhere: flow.from !== undefined,
    afterwards: await afterwardsOf(recovery, flow),
  };
};

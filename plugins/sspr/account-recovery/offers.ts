import type { Flow } from '../collections.ts';
import type { Desk, Eligible, Usable } from '../desk.ts';
import { givenFor, thingsOf, usable } from '../desk.ts';
import type { Here } from '../methods/method.ts';
import type { MethodName } from '../methods/names.ts';
import type { Offer } from '../proving/gate.ts';
import { personOf } from '../proving/person.ts';
import type { AccountRecovery } from './recovery.ts';

type Place = Pick<AccountRecovery, 'desk' | 'kind'>;

/** The person of a flow, where the pages may show what is theirs: after a proof, or in a browser of theirs. */
export const shownPerson = async (desk: Desk, flow: Flow): Promise<Eligible | undefined> =>
  flow.proofs.length > 0 || flow.known ? personOf(desk, flow) : undefined;

/** Whether another gate could be opened with it: what proves the same thing twice opens one. */
const isNew = (desk: Desk, { proofs }: Flow, one: Usable): boolean =>
  !proofs.some(({ method }) => method === one.method.name) &&
  !thingsOf(desk, one).some((thing) => proofs.some(({ things }) => things.includes(thing)));

/**
 * What the next gate can be opened with. A stranger's first gate is one for the whole organisation: it shows what any
 * policy allows first, whoever was named.
 */
export const offers = async ({ desk, kind }: Place, flow: Flow, here: Here): Promise<readonly Offer[]> => {
  const isHere = (name: MethodName): boolean => desk.methods[name].proof.offered?.(here) ?? true;
  const person = await shownPerson(desk, flow);
  if (!person)
    return flow.proofs.length > 0
      ? []
      : desk.policies.strangers[kind.name].first.filter(isHere).map((name) => ({ name, mine: undefined }));
  const mine = [...usable(desk, person), ...givenFor(desk, person, 'gate')].filter((one) => isNew(desk, flow, one));
  const names = [...new Set(mine.map(({ method }) => method.name as MethodName))];
  return names.filter(isHere).map((name) => ({ name, mine: mine.filter(({ method }) => method.name === name) }));
};

/**
 * What strangers may try beside the methods of the policies, whoever was named: a pass that the help desk gave them.
 * It is no reason to have anybody choose.
 */
export const besides = async ({ desk }: Place, flow: Flow): Promise<readonly Offer[]> => {
  if (flow.proofs.length > 0 || (await shownPerson(desk, flow))) return [];
  const given = Object.values(desk.methods).filter((method) => method.given?.offered);
  return given.map(({ name }) => ({ name: name as MethodName, mine: undefined }));
};

/** An offer by its name, also of those beside. */
export const offerOf = async (recovery: Place, flow: Flow, here: Here, name: string): Promise<Offer | undefined> =>
  [...(await offers(recovery, flow, here)), ...(await besides(recovery, flow))].find((one) => one.name === name);

/** The method to go on with at once, where there is no other and the person has to be found for it. */
export const onlyOffer = async (recovery: Place, flow: Flow, here: Here): Promise<MethodName | undefined> => {
  const [first, ...others] = await offers(recovery, flow, here);
  return first && others.length === 0 && needsFinding(recovery.desk, first) ? first.name : undefined;
};

/** Whether somebody has to be found before the method can be answered: to send them something, or to judge by theirs. */
export const needsFinding = (desk: Desk, { name, mine }: Offer): boolean =>
  desk.methods[name].proof.sends || mine === undefined;

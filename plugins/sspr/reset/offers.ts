import type { Flow } from '../collections.ts';
import type { Desk, Eligible, Usable } from '../desk.ts';
import { usable } from '../desk.ts';
import type { MethodName } from '../methods/names.ts';
import { personOf } from './person.ts';

/** The person of a flow, where the pages may show what is theirs: after a proof, or in a browser of theirs. */
export const shownPerson = async (desk: Desk, flow: Flow): Promise<Eligible | undefined> =>
  flow.proofs.length > 0 || flow.known ? personOf(desk, flow) : undefined;

export interface Offer {
  readonly name: MethodName;
  /** What is registered, where it may be shown. */
  readonly mine: Usable | undefined;
}

/**
 * What the next gate can be opened with. A stranger's first gate is one for the whole organisation: it shows what any
 * policy allows first, whoever was named.
 */
export const offers = async (desk: Desk, flow: Flow): Promise<readonly Offer[]> => {
  const person = await shownPerson(desk, flow);
  if (!person) return flow.proofs.length > 0 ? [] : desk.policies.first.map((name) => ({ name, mine: undefined }));
  return usable(desk, person)
    .filter(({ method }) => !flow.proofs.some((proof) => proof.method === method.name))
    .map((mine) => ({ name: mine.method.name, mine }));
};

/** The method to go on with at once, where there is no other and the person has to be found for it. */
export const onlyOffer = async (desk: Desk, flow: Flow): Promise<MethodName | undefined> => {
  const [first, ...others] = await offers(desk, flow);
  return first && others.length === 0 && needsFinding(desk, first) ? first.name : undefined;
};

/** Whether somebody has to be found before the method can be answered: to send them something, or to ask them theirs. */
export const needsFinding = (desk: Desk, { name, mine }: Offer): boolean =>
  desk.methods[name].proof.send !== undefined || mine === undefined;

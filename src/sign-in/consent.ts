import { z } from 'zod';
import type { Audit } from '../audit/event.ts';
import { page, post, type Answer, type Route, type Visit } from '../http/route.ts';
import type { Store } from '../store/port.ts';
import type { Interactions, OpenSignIn } from './interactions.ts';

export interface ConsentParts {
  readonly store: Store;
  readonly audit: Audit;
  readonly interactions: Interactions;
}

/** Scopes with a sentence of their own under `consent.scope`; the app names all others. */
const EXPLAINED: ReadonlySet<string> = new Set(['profile', 'email', 'phone', 'groups', 'offline_access']);

/** The page of the prompt `consent`. */
export const consentPage = (signIn: OpenSignIn): Answer => {
  const { uid, clientName, clientUri, policyUri, tosUri, missingScopes, returnOrigin } = signIn;
  const data = {
    uid,
    app: clientName,
    clientUri,
    policyUri,
    tosUri,
    explained: missingScopes.filter((scope) => EXPLAINED.has(scope)),
    others: missingScopes.filter((scope) => !EXPLAINED.has(scope) && scope !== 'openid'),
  };
  return page('consent', data, { formTargets: returnOrigin === undefined ? [] : [returnOrigin] });
};

const form = z.strictObject({ decision: z.enum(['allow', 'deny']) });

export const consentRoute = ({ store, audit, interactions }: ConsentParts): Route => {
  const handle = async (visit: Visit<z.infer<typeof form>>): Promise<Answer> => {
    const { clientId, accountId, missingScopes } = await interactions.open(visit);
    const allowed = visit.form.decision === 'allow';
    const answer = allowed ? await interactions.consent(visit) : await interactions.refuse(visit, 'access_denied');
    const { address, agent, correlation } = visit;
    await store.commit([
      audit.event({
        type: allowed ? 'consent.granted' : 'consent.denied',
        result: allowed ? 'success' : 'refused',
        ...(accountId !== undefined && { subject: accountId }),
        reason: missingScopes.join(' '),
        clientId,
        address,
        agent,
        correlation,
      }),
    ]);
    return answer;
  };

  return post('/interaction/:uid/consent', form, handle);
};

import type Provider from 'oidc-provider';
import { redirect } from './http/route.ts';
import type { Answer, Visit } from './http/route.ts';
import { AppError } from './kernel/errors.ts';
import type { RunningSignIn, SignIns } from './plugin.ts';
import type { KnownBrowsers } from './sign-in/sign-ins.ts';
import type { Store } from './store/port.ts';

/** The calls of oidc-provider that are needed; structural, since the host brings a copy of its own. */
export type ForeignProvider = Pick<Provider, 'interactionDetails' | 'interactionResult' | 'Session' | 'Client'>;

export interface ForeignSignInParts {
  readonly store: Store;
  readonly browsers: Pick<KnownBrowsers, 'remembering'>;
  /** Path of the host's own page for a running sign-in. */
  readonly loginPath: (uid: string) => string;
  readonly provider: () => ForeignProvider;
}

const isSessionNotFound = (error: unknown): boolean => error instanceof Error && error.name === 'SessionNotFound';

const refuse = (): Promise<never> =>
  Promise.reject(new AppError('flow_out_of_order', 'the host signs people in, without steps of a plugin'));

/** The running sign-ins of somebody else's `oidc-provider`, as far as its public interface tells of them. */
export const foreignSignIns = ({ store, browsers, loginPath, provider }: ForeignSignInParts): SignIns => {
  const running = async ({ raw, params }: Visit<unknown>) => {
    try {
      const interaction = await provider().interactionDetails(raw.req, raw.res);
      if (interaction.uid === params['uid']) return interaction;
    } catch (cause) {
      if (!isSessionNotFound(cause)) throw cause;
      throw new AppError('sign_in_expired', 'the host knows no such sign-in', { cause });
    }
    throw new AppError('sign_in_expired', 'the path names another sign-in than the cookie');
  };

  const details = async (visit: Visit<unknown>): Promise<RunningSignIn> => {
    const { uid, prompt, params, session, lastSubmission } = await running(visit);
    const clientId = String(params['client_id']);
    const client = await provider().Client.find(clientId);
    const live = session && (await provider().Session.findByUid(session.uid));
    const seconds = lastSubmission?.login?.ts ?? live?.loginTs;
    const target = URL.parse(String(params['redirect_uri']));
    return {
      uid,
      prompt: { name: prompt.name, reasons: prompt.reasons },
      clientId,
      clientName: client?.clientName ?? clientId,
      wanted: { values: [], essential: false },
      ...(session && { accountId: session.accountId, sessionUid: session.uid }),
      ...(seconds !== undefined && { authenticatedAt: seconds * 1000 }),
      ...(target && { returnOrigin: target.origin }),
    };
  };

  return {
    details,
    path: loginPath,

    async finish(visit, prompt, result): Promise<Answer> {
      const { accountId } = await details(visit);
      // The host signs people in, so that its browsers become known here when their sign-in comes by.
      if (accountId !== undefined)
        await store.commit([browsers.remembering(visit.browser, { id: accountId, epoch: 0 })]);
      const { req, res } = visit.raw;
      return redirect(await provider().interactionResult(req, res, { [prompt]: { ...result } }));
    },

    // The cookie of a sign-in is sent to its own path only, which a reset is not under: it ends with "go back".
    owns: () => Promise.resolve(false),
    sparing: () => Promise.resolve([]),
    naming: () => Promise.resolve([]),

    // The host signs people in by itself: nothing of a sign-in is ever half finished here.
    half: () => Promise.resolve(undefined),
    due: () => Promise.resolve(undefined),
    recheck: refuse,
    renewing: refuse,
    begin: refuse,
    prove: refuse,
    giveUp: refuse,
    startOver: refuse,
  };
};

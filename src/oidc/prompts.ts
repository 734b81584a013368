import type { interactionPolicy, KoaContextWithOIDC } from 'oidc-provider';
import type { PromptContribution } from '../plugin.ts';
import { OWN_PAGES } from '../sign-in/own-pages.ts';

/** `interactionPolicy` of the very oidc-provider that will run the prompts: it tests them by `instanceof`. */
export type Policy = typeof interactionPolicy;

const isDue = async (contribution: PromptContribution, { oidc }: KoaContextWithOIDC): Promise<boolean> => {
  const { session, client } = oidc;
  if (session?.accountId === undefined || client === undefined) return false;
  // What was answered on this request is not asked again on it.
  if (oidc.result?.[contribution.name] !== undefined) return false;
  return contribution.needed({
    accountId: session.accountId,
    sessionUid: session.uid,
    authenticatedAt: (session.loginTs ?? 0) * 1000,
    clientId: client.clientId,
    silent: oidc.prompts.has('none'),
    ownPage: client.clientId === OWN_PAGES,
  });
};

/** oidc-provider's form of a plugin's prompt: a page of its own between the password and the app. */
export const toPrompt = ({ Prompt, Check }: Policy, contribution: PromptContribution) =>
  new Prompt(
    { name: contribution.name, requestable: false },
    new Check(
      contribution.reason,
      // Native and API clients read the cause from error_description (OAuth 2.0, RFC 6749 section 4.1.2.1).
      `${contribution.reason}: ${contribution.description}`,
      'interaction_required',
      async (ctx) => ((await isDue(contribution, ctx)) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT),
    ),
  );

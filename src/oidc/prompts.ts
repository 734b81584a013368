import type { interactionPolicy, KoaContextWithOIDC } from 'oidc-provider';
import type { PromptContribution, PromptQuestion } from '../plugin.ts';
import { OWN_PAGES } from '../sign-in/own-pages.ts';

/** `interactionPolicy` of the very oidc-provider that will run the prompts: it tests them by `instanceof`. */
export type Policy = typeof interactionPolicy;

const questionOf = ({ oidc }: KoaContextWithOIDC): PromptQuestion | undefined => {
  const { session, client } = oidc;
  if (session?.accountId === undefined || client === undefined) return undefined;
  return {
    accountId: session.accountId,
    sessionUid: session.uid,
    authenticatedAt: (session.loginTs ?? 0) * 1000,
    clientId: client.clientId,
    silent: oidc.prompts.has('none'),
    ownPage: client.clientId === OWN_PAGES,
  };
};

/** Prompts are asked after `login`, which alone changes the session: one question serves all of them. */
const questioning = () => {
  const questions = new WeakMap<object, PromptQuestion>();
  return (ctx: KoaContextWithOIDC): PromptQuestion | undefined => {
    const question = questions.get(ctx.oidc) ?? questionOf(ctx);
    if (question) questions.set(ctx.oidc, question);
    return question;
  };
};

/** oidc-provider's form of plugins' prompts: a page of its own for each, between the password and the app. */
export const toPrompts = ({ Prompt, Check }: Policy, contributions: readonly PromptContribution[]) => {
  const questionFor = questioning();
  const isDue = async (contribution: PromptContribution, ctx: KoaContextWithOIDC): Promise<boolean> => {
    const question = questionFor(ctx);
    // What was answered on this request is not asked again on it.
    return (
      question !== undefined && ctx.oidc.result?.[contribution.name] === undefined && contribution.needed(question)
    );
  };
  return contributions.map(
    (contribution) =>
      new Prompt(
        { name: contribution.name, requestable: false },
        new Check(
          contribution.reason,
          // Native and API clients read the cause from error_description (OAuth 2.0, RFC 6749 section 4.1.2.1).
          `${contribution.reason}: ${contribution.description}`,
          'interaction_required',
          async (ctx) => ((await isDue(contribution, ctx)) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT),
        ),
      ),
  );
};

import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { PromptContribution } from '../plugin.ts';
import { isFirstParty } from './metadata.ts';
import { toPrompts } from './prompts.ts';
import { levelCheck } from './wanted-acr.ts';

const { Check, base } = interactionPolicy;

/** `prompt=consent`, which the organisation has answered for its own apps once and for all. */
const consentAsked = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.client !== undefined &&
  !isFirstParty(oidc.client) &&
  oidc.prompts.has('consent') &&
  oidc.promptPending('consent');

/**
 * Another program can pose as a native app that is reached by a scheme or a loopback port, so a person must see that
 * something is going on (RFC 8252 section 8.6): a sign-in just now will do for the organisation's own.
 */
const nativeUnseen = ({ oidc }: KoaContextWithOIDC): boolean => {
  const { client, result, params } = oidc;
  if (client?.applicationType !== 'native' || params?.['response_type'] === 'none' || result?.consent) return false;
  if (!isFirstParty(client)) return true;
  return !String(params?.['redirect_uri']).startsWith('https:') && result?.login === undefined;
};

const decide = (asked: boolean): boolean => (asked ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT);

/** oidc-provider's own prompts, and between them those of the plugins: `login`, theirs, `consent`. */
export const signInPolicy = (contributions: readonly PromptContribution[]) => {
  const policy = base();
  const login = policy.get('login');
  const consent = policy.get('consent');
  if (!login || !consent) throw new TypeError('oidc-provider has no prompt named login or consent');
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(levelCheck());
  consent.checks.remove('consent_prompt');
  consent.checks.remove('native_client_prompt');
  consent.checks.add(
    new Check('consent_prompt', 'consent prompt was not resolved', 'consent_required', (ctx) =>
      decide(consentAsked(ctx)),
    ),
  );
  consent.checks.add(
    new Check('native_client_prompt', 'native clients require End-User interaction', 'interaction_required', (ctx) =>
      decide(nativeUnseen(ctx)),
    ),
  );
  toPrompts(interactionPolicy, contributions).forEach((prompt, index) => {
    policy.add(prompt, index + 1);
  });
  return policy;
};

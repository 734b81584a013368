import { errors, interactionPolicy, type ClaimsParameter, type KoaContextWithOIDC } from 'oidc-provider';
import { isKnown, meets, toldAcr, type WantedAcr } from '../sign-in/levels.ts';

const { Check } = interactionPolicy;

/** Reason of the prompt `login` where somebody is signed in, and only a higher level is missing. */
export const STEP_UP = 'acr';

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

const words = (value: unknown): readonly string[] =>
  typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : [];

interface AcrRequest {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

const requestOf = (claims: unknown): AcrRequest | undefined => {
  if (typeof claims !== 'string') return undefined;
  const { id_token: idToken } = JSON.parse(claims) as { id_token?: { acr?: AcrRequest | null } };
  return idToken?.acr ?? undefined;
};

/** What a request asks for; an essential claim stands above the wish in `acr_values`. */
export const wantedAcr = (params: Readonly<Record<string, unknown>> | undefined): WantedAcr => {
  const request = requestOf(params?.['claims']);
  const named = typeof request?.value === 'string' ? [request.value] : texts(request?.values);
  if (request?.essential === true && named.length > 0) return { values: named, essential: true };
  const wished = words(params?.['acr_values']);
  return { values: wished.length > 0 ? wished : named, essential: false };
};

/** Refuses a request for the claim `acr` that cannot be read, before anybody is asked for anything. */
export const assertAcrRequest = (_ctx: KoaContextWithOIDC, { id_token: idToken }: ClaimsParameter): void => {
  const { value, values } = (idToken?.['acr'] ?? {}) as AcrRequest;
  const readable = value === undefined || typeof value === 'string';
  if (!readable || (values !== undefined && (!Array.isArray(values) || texts(values).length < values.length))) {
    throw new errors.InvalidRequest('claims.id_token.acr is asked for by a value or a list of values');
  }
};

/** OpenID Connect Core Error Code unmet_authentication_requirements 1.0. */
const UNMET = 'unmet_authentication_requirements';

/**
 * Whether somebody who is signed in has to prove more. A wish is put before them once on a request, and never fails a
 * silent one.
 */
const isShort = ({ oidc }: KoaContextWithOIDC): boolean => {
  const wanted = wantedAcr(oidc.params);
  if (wanted.essential && !isKnown(wanted)) {
    throw new errors.CustomOIDCProviderError(UNMET, 'no level of assurance that was asked for is known here');
  }
  if (oidc.session?.accountId === undefined || meets(oidc.session.acr, wanted)) return false;
  return wanted.essential || (isKnown(wanted) && oidc.result?.login === undefined && !oidc.prompts.has('none'));
};

/** In place of oidc-provider's own checks, which compare letter by letter where levels contain one another. */
export const levelCheck = () =>
  new Check(STEP_UP, 'a higher level of assurance is required', 'login_required', (ctx) =>
    isShort(ctx) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
  );

/** From here on the request is about the level that its app is told, which the code and its tokens carry on. */
export const tellAcr = ({ oidc }: KoaContextWithOIDC): void => {
  const acr = toldAcr(oidc.session?.acr, wantedAcr(oidc.params));
  if (acr !== oidc.session?.acr) Object.defineProperty(oidc, 'acr', { value: acr });
};

interface Authenticated {
  readonly acr?: unknown;
  readonly amr?: unknown;
  readonly authTime?: unknown;
}

/** How the person behind an access token signed in, for resource servers (RFC 9470 section 6, RFC 9068 section 2.2.1). */
export const authenticationClaims = (ctx: KoaContextWithOIDC): Record<string, unknown> | undefined => {
  const { AuthorizationCode, RefreshToken, DeviceCode } = ctx.oidc.entities;
  const source: Authenticated | undefined = AuthorizationCode ?? RefreshToken ?? DeviceCode;
  if (!source) return undefined;
  const { acr, amr, authTime } = source;
  return { ...{ acr, amr }, auth_time: authTime };
};

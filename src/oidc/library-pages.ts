import { errors, type Client, type ErrorOut, type KoaContextWithOIDC } from 'oidc-provider';
import { page, type Answer } from '../http/route.ts';
import { AppError } from '../kernel/errors.ts';
import { targetOf, wayBackTo, type WayBack } from './metadata.ts';

/** Writes an answer into oidc-provider's context, with our layout, language and headers. */
export type SendPage = (ctx: KoaContextWithOIDC, answer: Answer) => void;

const targets = (...addresses: unknown[]): string[] =>
  addresses.flatMap((address) => (typeof address === 'string' ? (targetOf(address) ?? []) : []));

const wayBack = (client: Client | undefined): WayBack | undefined => client && wayBackTo(client.metadata());

/** Where someone may go on whose sign-in of that uid is over. */
export type WayBackOf = (uid: string) => Promise<WayBack | undefined>;

/** RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6: those whose cause an app's maker should hear. */
const SAID_APART: ReadonlySet<string> = new Set([
  'access_denied',
  'invalid_client',
  'invalid_redirect_uri',
  'invalid_request_uri',
]);

const failureOf = (error: Error, out: ErrorOut): string => {
  if (error instanceof AppError && error.public) return error.code;
  if (error instanceof errors.SessionNotFound) return 'sign_in_expired';
  if (out.error === 'server_error') return 'internal';
  return SAID_APART.has(out.error) ? out.error : 'bad_request';
};

/** The page for an error that cannot be told to the app, since who it is, or where, is in doubt. */
export const renderError =
  (send: SendPage, wayBackOf: WayBackOf) =>
  async (ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): Promise<void> => {
    const { uid } = ctx['params'] as Readonly<Record<string, unknown>>;
    const status = error instanceof AppError ? error.status : ctx.status;
    if (error instanceof AppError && error.retryAfter !== undefined) ctx.set('Retry-After', String(error.retryAfter));
    const data = {
      code: failureOf(error, out),
      back: wayBack(ctx.oidc.client) ?? (typeof uid === 'string' ? await wayBackOf(uid) : undefined),
      detail: out.error === 'server_error' ? undefined : [out.error, out.error_description].filter(Boolean).join(': '),
    };
    send(ctx, page('sign-in-failed', data, { status }));
  };

const stateOf = ({ oidc }: KoaContextWithOIDC): Readonly<Record<string, unknown>> => oidc.session?.state ?? {};

/** OpenID Connect RP-Initiated Logout 1.0 section 2: the person is asked, and told by whom. */
export const logoutSource =
  (send: SendPage) =>
  (ctx: KoaContextWithOIDC): void => {
    const { client } = ctx.oidc;
    const { secret, postLogoutRedirectUri } = stateOf(ctx);
    const data = {
      action: ctx.oidc.urlFor('end_session_confirm'),
      xsrf: secret,
      app: client && (client.clientName ?? client.clientId),
    };
    send(ctx, page('logout', data, { formTargets: targets(postLogoutRedirectUri) }));
  };

export const postLogoutSuccessSource =
  (send: SendPage) =>
  (ctx: KoaContextWithOIDC): void => {
    send(ctx, page('logout-done', { back: wayBack(ctx.oidc.client) }));
  };

/** oidc-provider's own class for this is not exported. */
const namedError = (error: Error | undefined): string => {
  switch (error?.name) {
    case undefined:
      return '';
    case 'NoCodeError':
      return 'missing';
    case 'NotFoundError':
      return 'unknown';
    case 'ExpiredError':
      return 'expired';
    case 'AlreadyUsedError':
      return 'used';
    case 'AbortedError':
      return 'aborted';
    default:
      return 'failed';
  }
};

/**
 * A form posted without a live session: oidc-provider has made one for its answer, and would fail to keep what it never
 * saved. Opening the form again begins one.
 */
const beginsAnew = (ctx: KoaContextWithOIDC, form: string): boolean => {
  const { session } = ctx.oidc;
  if (session === undefined || typeof Reflect.get(session, 'exp') === 'number') return false;
  Reflect.set(session, 'touched', false);
  ctx.status = 303;
  ctx.redirect(form);
  return true;
};

/** RFC 8628 section 3.3: where the code that a device shows is typed in, or confirmed when it came with the address. */
export const userCodeInputSource =
  (send: SendPage) =>
  (ctx: KoaContextWithOIDC, _form: string, _out?: ErrorOut, error?: Error): void => {
    const action = ctx.oidc.urlFor('code_verification');
    const what = namedError(error);
    if (what === 'aborted') {
      send(ctx, page('device-ended', { outcome: 'refused' }));
      return;
    }
    if (error && beginsAnew(ctx, action)) return;
    const typed: unknown = error ? Reflect.get(error, 'userCode') : ctx.state['userCode'];
    const data = { action, xsrf: stateOf(ctx)['secret'], userCode: typeof typed === 'string' ? typed : '' };
    const problem = what === '' ? {} : { errors: { user_code: { key: `device.error.${what}` } } };
    send(ctx, page('device', data, problem));
  };

/** RFC 8628 section 5.4: the person compares the codes, so that nobody lures them into approving a stranger's device. */
export const userCodeConfirmSource =
  (send: SendPage) =>
  (ctx: KoaContextWithOIDC, _form: string, client: Client, _device: unknown, userCode: string): void => {
    const action = ctx.oidc.urlFor('code_verification');
    const app = client.clientName ?? client.clientId;
    send(ctx, page('device-confirm', { action, xsrf: stateOf(ctx)['secret'], userCode, app }));
  };

export const successSource =
  (send: SendPage) =>
  (ctx: KoaContextWithOIDC): void => {
    send(ctx, page('device-ended', { outcome: 'approved' }));
  };

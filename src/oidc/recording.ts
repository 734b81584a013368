import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Audit, AuditEvent } from '../audit/event.ts';
import type { Log } from '../kernel/log.ts';
import type { Change, Store } from '../store/port.ts';

/** Appends what a request has brought about to the audit log, before it is answered. */
export type Recorded = (ctx: object) => Promise<void>;

interface RecordingParts {
  readonly store: Store;
  readonly log: Log;
  readonly audit: Audit;
}

const circumstances = (ctx: KoaContextWithOIDC): Partial<AuditEvent> => {
  const { client } = ctx.oidc;
  const { address, correlation } = ctx.state;
  return {
    ...(client && { clientId: client.clientId }),
    ...(typeof address === 'string' && { address }),
    ...(typeof correlation === 'string' && { correlation }),
  };
};

/** oidc-provider tells by events, which nobody awaits: what they mean for the log is kept with the request. */
export const recordEvents = (provider: Provider, { store, log, audit }: RecordingParts): Recorded => {
  const pending = new WeakMap<object, Change[]>();

  const note = (ctx: KoaContextWithOIDC, event: AuditEvent): void => {
    const change = audit.event({ ...circumstances(ctx), ...event });
    pending.set(ctx, [...(pending.get(ctx) ?? []), change]);
  };
  const subject = (accountId: string | undefined) => (accountId === undefined ? {} : { subject: accountId });

  // At the token endpoint a grant is revoked for one reason: a code or refresh token came a second time.
  provider.on('grant.revoked', (ctx: KoaContextWithOIDC) => {
    if (ctx.oidc.route !== 'token') return;
    const accountId = (ctx.oidc.refreshToken ?? ctx.oidc.grant)?.accountId;
    note(ctx, { type: 'token.reused', result: 'refused', ...subject(accountId) });
  });
  provider.on('end_session.success', (ctx: KoaContextWithOIDC) => {
    const accountId = ctx.oidc.session?.accountId;
    if (accountId === undefined || ctx.oidc.params?.['logout'] === undefined) return;
    note(ctx, { type: 'session.ended', result: 'success', subject: accountId });
  });
  provider.on('authorization.success', (ctx: KoaContextWithOIDC) => {
    const accountId = ctx.oidc.deviceCode?.accountId;
    if (accountId !== undefined) note(ctx, { type: 'device.approved', result: 'success', subject: accountId });
  });
  provider.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    log.error({ correlation: ctx.state['correlation'], path: ctx.path, error }, 'a request of OpenID Connect failed');
  });

  return async (ctx) => {
    const changes = pending.get(ctx);
    if (changes) await store.commit(changes);
  };
};

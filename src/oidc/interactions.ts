import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { redirect, type Answer, type Visit } from '../http/route.ts';
import { AppError } from '../kernel/errors.ts';
import type { Interactions, KeptHalf, OpenSignIn, Proof, Refusal } from '../sign-in/interactions.ts';
import { levelOf } from '../sign-in/levels.ts';
import type { RunningSignIn } from '../sign-in/sign-ins.ts';
import { change, type Change, type Store } from '../store/port.ts';
import { scopeOfClaim } from './account.ts';
import { artifacts } from './artifact.ts';
import type { ClientRegistry } from './clients.ts';
import { saveGrant } from './grants.ts';
import type { WayBackOf } from './library-pages.ts';
import { targetOf, wayBackTo } from './metadata.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { artifactKey, pack, unpack } from './payload.ts';
import type { Submit } from './submission.ts';
import { STEP_UP, wantedAcr } from './wanted-acr.ts';

export interface InteractionParts {
  readonly provider: () => Provider;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clients: Pick<ClientRegistry, 'find'>;
  readonly wayBackOf: WayBackOf;
  readonly submit: Submit;
  endSession(sessionUid: string): Promise<void>;
  grantLifetime(clientId: string): Promise<number>;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const words = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

/** Scopes by resource indicator, as oidc-provider's consent prompt gives what is missing. */
const missingResources = (details: Readonly<Record<string, unknown>>): [string, readonly string[]][] =>
  Object.entries(details['missingResourceScopes'] ?? {}).map(([indicator, scopes]) => [indicator, words(scopes)]);

/** Parts of a running sign-in that are of a session, a person or a proof: without them it is as if it had just begun. */
const OF_A_PERSON = ['session', 'result', 'lastSubmission', 'grantId', 'epoch', 'half'];

const strip = (interaction: Interaction): void => {
  for (const part of OF_A_PERSON) Reflect.deleteProperty(interaction, part);
};

const keptHalf = (interaction: Interaction): KeptHalf | undefined =>
  Reflect.get(interaction, 'half') as KeptHalf | undefined;

const isStepUp = ({ prompt }: Interaction): boolean =>
  prompt.name === 'login' && prompt.reasons.every((reason) => reason === STEP_UP);

const sessionProof = (interaction: Interaction, at: number | undefined): Proof | undefined => {
  const { session } = interaction;
  const epoch: unknown = Reflect.get(interaction, 'epoch');
  if (session === undefined || typeof epoch !== 'number' || at === undefined) return undefined;
  return { accountId: session.accountId, epoch, amr: session.amr ?? [], acr: levelOf(session.acr), at };
};

/** The session of somebody else that another person's sign-in is to replace. */
const replacedBy = (interaction: Interaction, accountId: string): string | undefined => {
  const { session } = interaction;
  if (session !== undefined && session.accountId !== accountId) return session.uid;
  const before: unknown = Reflect.get(interaction, 'replaces');
  return typeof before === 'string' ? before : undefined;
};

/** For whoever runs the app. */
const REFUSALS: Readonly<Record<Refusal, string>> = {
  access_denied: 'End-User aborted interaction',
  unmet_authentication_requirements: 'the End-User cannot reach the level of assurance that was asked for',
};

const accountIdOf = (interaction: Interaction): string | undefined => interaction.session?.accountId;

/** By the remains of a sign-in, which tell its app for a day after it was finished or expired. */
export const wayBackFinder =
  ({ store, secrets, clients }: Pick<InteractionParts, 'store' | 'secrets' | 'clients'>): WayBackOf =>
  async (uid) => {
    const { clientId } = (await store.get(artifacts, artifactKey(secrets, 'Interaction', uid))) ?? {};
    const client = clientId === undefined ? undefined : await clients.find(clientId);
    return client && wayBackTo(client);
  };

/** The sign-ins of oidc-provider, which calls them interactions. */
export const createInteractions = (parts: InteractionParts): Interactions => {
  const { store, secrets, clients, submit } = parts;
  const keyOf = (uid: string): string => artifactKey(secrets, 'Interaction', uid);

  const read = async (visit: Visit<unknown>): Promise<Interaction> => {
    const { req, res } = visit.raw;
    try {
      const interaction = await parts.provider().interactionDetails(req, res);
      if (interaction.uid === visit.params['uid']) return interaction;
    } catch (cause) {
      if (!(cause instanceof errors.SessionNotFound)) throw cause;
      throw new AppError('sign_in_expired', cause.message, { cause });
    }
    throw new AppError('sign_in_expired', 'the path names another sign-in than the cookie');
  };

  // A page first shows or checks and then goes on: both are about the sign-in as the request found it, and what is
  // written in the end is refused when it has ended meanwhile.
  const found = new WeakMap<object, Promise<Interaction>>();
  const running = (visit: Visit<unknown>): Promise<Interaction> => {
    const interaction = found.get(visit.raw.req) ?? read(visit);
    found.set(visit.raw.req, interaction);
    return interaction;
  };

  const authenticatedAt = async ({ session, lastSubmission }: Interaction): Promise<number | undefined> => {
    if (session === undefined) return undefined;
    const seconds = lastSubmission?.login?.ts ?? (await parts.provider().Session.findByUid(session.uid))?.loginTs;
    return seconds === undefined ? undefined : seconds * 1000;
  };

  const describe = async (interaction: Interaction): Promise<RunningSignIn> => {
    const { uid, prompt, params, session } = interaction;
    const clientId = String(params['client_id']);
    const redirectUri = text(params['redirect_uri']);
    const returnOrigin = redirectUri === undefined ? undefined : targetOf(redirectUri);
    const at = await authenticatedAt(interaction);
    return {
      uid,
      prompt: { name: prompt.name, reasons: prompt.reasons },
      clientId,
      clientName: (await clients.find(clientId))?.client_name ?? clientId,
      wanted: wantedAcr(params),
      ...(session !== undefined && {
        accountId: session.accountId,
        sessionUid: session.uid,
        acr: levelOf(session.acr),
      }),
      ...(at !== undefined && { authenticatedAt: at }),
      ...(returnOrigin !== undefined && { returnOrigin }),
    };
  };

  const openSignIn = async (interaction: Interaction): Promise<OpenSignIn> => {
    const signIn = await describe(interaction);
    const client = await clients.find(signIn.clientId);
    const loginHint = text(interaction.params['login_hint']);
    const { details } = interaction.prompt;
    const half = keptHalf(interaction);
    const session = isStepUp(interaction) ? sessionProof(interaction, signIn.authenticatedAt) : undefined;
    return {
      ...signIn,
      ...(half && { half }),
      ...(session && { session }),
      ...(loginHint !== undefined && { loginHint }),
      missingScopes: [
        ...new Set([
          ...words(details['missingOIDCScope']),
          ...words(details['missingOIDCClaims']).map((claim) => scopeOfClaim(claim) ?? claim),
        ]),
        ...missingResources(details).flatMap(([, scopes]) => scopes),
      ],
      ...(client?.client_uri !== undefined && { clientUri: client.client_uri }),
      ...(client?.policy_uri !== undefined && { policyUri: client.policy_uri }),
      ...(client?.tos_uri !== undefined && { tosUri: client.tos_uri }),
    };
  };

  const persist = async (interaction: Interaction): Promise<void> => {
    try {
      await interaction.persist();
    } catch (cause) {
      if (!(cause instanceof errors.SessionNotFound)) throw cause;
      throw new AppError('sign_in_expired', cause.message, { cause });
    }
  };

  /** Back to the authorization request; the address is oidc-provider's, with the issuer's origin. */
  const resume = async (interaction: Interaction, result: InteractionResults): Promise<Answer> => {
    Object.assign(interaction, { result });
    await persist(interaction);
    return redirect(interaction.returnTo);
  };

  /** Makes way for this person: what is of somebody else's session leaves the sign-in, and the session ends with it. */
  const makeRoom = (interaction: Interaction, accountId: string): void => {
    const replaces = replacedBy(interaction, accountId);
    const before = accountIdOf(interaction);
    if (before !== undefined && before !== accountId) strip(interaction);
    Object.assign(interaction, { replaces });
  };

  const keep = async (visit: Visit<unknown>, half: KeptHalf | undefined): Promise<void> => {
    const interaction = await running(visit);
    if (interaction.prompt.name !== 'login') throw new AppError('flow_out_of_order', 'this sign-in has a person');
    if (half) makeRoom(interaction, half.accountId);
    Object.assign(interaction, { half });
    await persist(interaction);
  };

  const nothing = (): Promise<readonly Change[]> => Promise.resolve([]);

  const signIn = async (visit: Visit<unknown>, proof: Proof, along = nothing): Promise<Answer> => {
    const interaction = await running(visit);
    if (interaction.prompt.name !== 'login') throw new AppError('flow_out_of_order', 'this sign-in has a person');
    makeRoom(interaction, proof.accountId);
    const replaced = replacedBy(interaction, proof.accountId);
    if (replaced !== undefined) {
      await persist(interaction);
      await parts.endSession(replaced);
    }
    await submit(interaction.uid, proof, along);
    return redirect(interaction.returnTo);
  };

  const consent = async (visit: Visit<unknown>): Promise<Answer> => {
    const interaction = await running(visit);
    const { prompt, grantId, session, params, lastSubmission } = interaction;
    if (prompt.name !== 'consent' || !session) throw new AppError('flow_out_of_order', 'no consent is asked for');
    const clientId = String(params['client_id']);
    const { Grant } = parts.provider();
    const known = grantId === undefined ? undefined : await Grant.find(grantId);
    const grant = known ?? new Grant({ accountId: session.accountId, clientId });
    const wanted = {
      scopes: words(prompt.details['missingOIDCScope']),
      claims: words(prompt.details['missingOIDCClaims']),
      resources: missingResources(prompt.details),
    };
    const epoch: unknown = Reflect.get(interaction, 'epoch');
    const saved = await saveGrant(grant, wanted, epoch, await parts.grantLifetime(clientId));
    return resume(interaction, { ...lastSubmission, consent: { grantId: saved.jti } });
  };

  /** As stored now, and as it is without anything of a person. */
  const anew = async (uid: string) => {
    const artifact = await store.get(artifacts, keyOf(uid));
    if (!artifact || artifact.consumedAt !== undefined) return undefined;
    const { accountId: _accountId, epoch: _epoch, grantId: _grantId, ...rest } = artifact;
    const before = unpack(secrets, artifact, uid);
    const payload = {
      ...before,
      ...Object.fromEntries(OF_A_PERSON.map((part) => [part, undefined])),
      prompt: { name: 'login', reasons: ['no_session'], details: {} },
    };
    return { rest, before, payload };
  };

  const sparing = async (uid: string, userName?: string): Promise<readonly Change[]> => {
    const found = await anew(uid);
    if (!found) return [];
    const hint = userName === undefined ? {} : { login_hint: userName };
    const params = { ...found.before.params, ...hint };
    const payload = pack(secrets, 'Interaction', { ...found.payload, replaces: undefined, params });
    return [change.swap(artifacts, { ...found.rest, payload })];
  };

  const renewing = async ({ params, browser }: Visit<unknown>): Promise<readonly Change[]> => {
    const found = await anew(params['uid'] ?? '');
    const half = found?.before['half'] as KeptHalf | undefined;
    if (!found || half?.browser !== browser) throw new AppError('flow_out_of_order', 'nothing was proved here');
    const { mustChange: _mustChange, ...proved } = half;
    const { accountId } = half;
    const epoch = half.epoch + 1;
    const payload = pack(secrets, 'Interaction', { ...found.payload, half: { ...proved, epoch } });
    return [change.swap(artifacts, { ...found.rest, payload, accountId, epoch })];
  };

  const naming = async (uid: string, userName: string): Promise<readonly Change[]> => {
    const artifact = await store.get(artifacts, keyOf(uid));
    if (!artifact || artifact.consumedAt !== undefined) return [];
    const payload = unpack(secrets, artifact, uid);
    const named = { ...payload, params: { ...payload.params, login_hint: userName } };
    return [change.swap(artifacts, { ...artifact, payload: pack(secrets, 'Interaction', named) })];
  };

  return {
    open: async (visit) => openSignIn(await running(visit)),
    details: async (visit) => describe(await running(visit)),
    path: (uid) => `/interaction/${encodeURIComponent(uid)}`,
    keep,
    signIn,
    consent,
    sparing,
    renewing,
    naming,

    refuse: async (visit, error) => resume(await running(visit), { error, error_description: REFUSALS[error] }),

    async finish(visit, prompt, result) {
      const interaction = await running(visit);
      if (interaction.prompt.name !== prompt) {
        throw new AppError('flow_out_of_order', `the prompt that is due is ${interaction.prompt.name}`);
      }
      return resume(interaction, { ...interaction.lastSubmission, [prompt]: { ...result } });
    },

    async owns(visit, uid) {
      const artifact = await store.get(artifacts, keyOf(uid));
      return artifact?.consumedAt === undefined && artifact?.browser === visit.browser;
    },

    wayBack: parts.wayBackOf,
  };
};

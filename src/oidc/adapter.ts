import Provider, { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import type { Context } from '../http/context.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { Conflict, type Store, type Stored } from '../store/port.ts';
import { and, eq } from '../store/query.ts';
import { artifacts, type Artifact } from './artifact.ts';
import { mergedSession, type InHand } from './in-hand.ts';
import { accountOf, epochOf } from './lineage.ts';
import { artifactKey, pack, unpack, userCodeHash } from './payload.ts';

/** Seconds that the remains of an artifact stay after its end, for the sake of a better answer than "not found". */
const REMAINS: Readonly<Record<string, number>> = {
  // RFC 8628 section 3.5 tells `expired_token` from an unknown code.
  DeviceCode: 10 * 60,
  // Someone who comes back to a sign-in page the day after is led back to the app.
  Interaction: 24 * 60 * 60,
};

const MOST_TRIES = 50;

export interface AdapterParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Hash of the browser behind the request of oidc-provider's context, where it has one. */
  browserOf(ctx: Context): string | undefined;
  readonly inHand: InHand;
}

const SIGNED_OUT = 'signed out meanwhile';

/** Why something may not be written: as the endpoint at hand should answer. */
const refused = (model: string): Error =>
  model === 'AccessToken' || model === 'RefreshToken'
    ? new errors.InvalidGrant(SIGNED_OUT)
    : new errors.SessionNotFound(SIGNED_OUT);

/** A running sign-in that was finished; only its remains are there. */
const isOver = (artifact: Artifact): boolean => artifact.model === 'Interaction' && artifact.consumedAt !== undefined;

/** oidc-provider's adapter for one of its models, over the collection of artifacts. */
export class ArtifactAdapter implements Adapter {
  readonly #model: string;
  readonly #parts: AdapterParts;

  constructor(model: string, parts: AdapterParts) {
    this.#model = model;
    this.#parts = parts;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const artifact = await this.#parts.store.get(artifacts, this.#key(id));
    if (!artifact || isOver(artifact) || !(await this.#stands(artifact))) return undefined;
    this.#parts.inHand.found(artifact);
    return unpack(this.#parts.secrets, artifact, id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('uid', uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('userCodeHash', userCodeHash(this.#parts.secrets, userCode));
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const artifact = await this.#artifact(id, payload, expiresIn);
    if (artifact.accountId !== undefined && !(await this.#stands(artifact))) throw refused(this.#model);
    await this.#put(artifact);
  }

  /** Of any number of callers one succeeds (RFC 6749 section 4.1.2: a code is good for one use). */
  async consume(id: string): Promise<void> {
    const { store, clock, inHand } = this.#parts;
    const key = this.#key(id);
    let artifact = inHand.get(key) ?? (await store.get(artifacts, key));
    for (let tries = 0; artifact && artifact.consumedAt === undefined && tries < MOST_TRIES; tries += 1) {
      try {
        await store.swap(artifacts, { ...artifact, consumedAt: clock.now() });
        return;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        artifact = await store.get(artifacts, key);
      }
    }
    throw new errors.InvalidGrant('already used');
  }

  async destroy(id: string): Promise<void> {
    const key = this.#key(id);
    if (this.#model === 'Interaction') return this.#close(key);
    const removed = await this.#parts.store.remove(artifacts, key);
    if (!removed && this.#model === 'Session') this.#parts.inHand.vanished(key);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#parts.store.removeAll(artifacts, and(eq('grantId', grantId), eq('model', this.#model)));
  }

  #key(id: string): string {
    return artifactKey(this.#parts.secrets, this.#model, id);
  }

  async #findBy(field: 'uid' | 'userCodeHash', value: string): Promise<AdapterPayload | undefined> {
    const query = and(eq(field, value), eq('model', this.#model));
    const [artifact] = (await this.#parts.store.find(artifacts, query, { limit: 1 })).docs;
    return artifact && (await this.#stands(artifact)) ? unpack(this.#parts.secrets, artifact) : undefined;
  }

  /** Whether the person, where there is one, is still who they were when this was given out. */
  async #stands({ accountId, epoch }: Artifact): Promise<boolean> {
    if (accountId === undefined) return true;
    const standing = await this.#parts.inHand.standing(accountId);
    return standing?.active === true && standing.epoch === epoch;
  }

  async #artifact(id: string, payload: AdapterPayload, expiresIn: number | undefined): Promise<Artifact> {
    const { secrets, clock } = this.#parts;
    const accountId = accountOf(payload);
    const epoch = accountId === undefined ? undefined : await this.#epoch(payload);
    const browser = this.#model === 'Interaction' && Provider.ctx ? this.#parts.browserOf(Provider.ctx) : undefined;
    const clientId = payload.clientId ?? payload.params?.['client_id'];
    return {
      id: this.#key(id),
      model: this.#model,
      payload: pack(secrets, this.#model, payload),
      ...(expiresIn !== undefined && {
        expiresAt: clock.now() + (expiresIn + (REMAINS[this.#model] ?? 0)) * 1000,
      }),
      ...(this.#model === 'Session' && payload.uid !== undefined && { uid: payload.uid, usedAt: clock.now() }),
      ...(this.#model === 'Session' && accountId !== undefined && { sessionOf: accountId }),
      ...(payload.userCode !== undefined && { userCodeHash: userCodeHash(secrets, payload.userCode) }),
      ...(payload.grantId !== undefined && { grantId: payload.grantId }),
      ...(accountId !== undefined && { accountId }),
      ...(epoch !== undefined && { epoch }),
      ...(browser !== undefined && { browser }),
      ...(typeof clientId === 'string' && { clientId }),
    };
  }

  /** Leaves which app it was for, until its remains expire. */
  async #close(key: string): Promise<void> {
    const { store, clock, inHand } = this.#parts;
    const artifact = inHand.get(key) ?? (await store.get(artifacts, key));
    if (!artifact) return;
    const { accountId: _accountId, epoch: _epoch, ...rest } = artifact;
    try {
      await store.swap(artifacts, { ...rest, payload: '', consumedAt: clock.now() });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      await store.remove(artifacts, key);
    }
  }

  #epoch(payload: AdapterPayload): Promise<number | undefined> {
    return epochOf(this.#model, payload, async (grantId) => {
      const grant = await this.#parts.store.get(artifacts, artifactKey(this.#parts.secrets, 'Grant', grantId));
      return grant?.epoch;
    });
  }

  async #put(artifact: Artifact): Promise<void> {
    const { store } = this.#parts;
    let before = await this.#before(artifact.id);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      try {
        if (before) {
          await store.swap(artifacts, { ...this.#carried(artifact, before, tries > 0), version: before.version });
        } else {
          await store.insert(artifacts, artifact);
        }
        return;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        // RFC 9449 section 11.1, RFC 7523 section 3: the same proof shown again, if only a moment later.
        if (this.#model === 'ReplayDetection') throw new errors.InvalidRequest('shown before');
        const now = await store.get(artifacts, artifact.id);
        // What ended while this request held it does not come back.
        if (now ? isOver(now) : before) throw refused(this.#model);
        before = now;
      }
    }
    throw new AppError('busy', `${this.#model} is written by too many at once`, { retryAfter: 1 });
  }

  /** What is probably there already: what the request has read, or, on a page of ours, the sign-in it is about. */
  async #before(key: string): Promise<Stored<Artifact> | undefined> {
    const { store, inHand } = this.#parts;
    if (this.#model === 'Session' && inHand.lost()) throw refused(this.#model);
    if (this.#model !== 'Interaction' || Provider.ctx) return inHand.get(key);
    const before = await store.get(artifacts, key);
    if (!before || isOver(before)) throw refused(this.#model);
    return before;
  }

  /** What a rewrite keeps of the stored artifact: who began it, that it was used, and other requests' additions. */
  #carried(artifact: Artifact, before: Artifact, contested: boolean): Artifact {
    return {
      ...artifact,
      ...(before.consumedAt !== undefined && { consumedAt: before.consumedAt }),
      ...(before.browser !== undefined && { browser: before.browser }),
      ...(this.#model === 'Session' && contested && { payload: mergedSession(artifact.payload, before.payload) }),
    };
  }
}

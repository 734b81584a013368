import type { AdapterPayload } from 'oidc-provider';
import type { Secrets } from '../kernel/secrets.ts';
import type { Artifact } from './artifact.ts';

/** Their payloads name other secrets (the session's cookie, the device code), or must give their own id back. */
const SEALED: ReadonlySet<string> = new Set(['Interaction', 'DeviceCode']);

const purpose = (model: string): string => `artifact ${model}`;

/** Whoever reads the store, or a backup of it, finds no code, token or cookie there. */
export const artifactKey = (secrets: Secrets, model: string, id: string): string => secrets.hash(purpose(model), id);

export const userCodeHash = (secrets: Secrets, userCode: string): string => secrets.hash('user code', userCode);

/** What has a field of its own, or is the secret itself, stays out of the payload. */
export const pack = (secrets: Secrets, model: string, payload: AdapterPayload): string => {
  if (SEALED.has(model)) return secrets.seal(purpose(model), JSON.stringify({ ...payload, consumed: undefined }));
  return JSON.stringify({ ...payload, jti: undefined, consumed: undefined, epoch: undefined });
};

/** @param id as presented; without it only a sealed payload knows its own */
export const unpack = (secrets: Secrets, artifact: Artifact, id?: string): AdapterPayload => {
  const { model } = artifact;
  const json = SEALED.has(model) ? secrets.open(purpose(model), artifact.payload) : artifact.payload;
  return {
    ...(JSON.parse(json) as AdapterPayload),
    ...(id === undefined ? {} : { jti: id }),
    ...(artifact.consumedAt === undefined ? {} : { consumed: Math.floor(artifact.consumedAt / 1000) }),
    ...(artifact.epoch === undefined ? {} : { epoch: artifact.epoch }),
  };
};

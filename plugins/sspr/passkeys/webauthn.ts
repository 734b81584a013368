import { isIP } from 'node:net';
import { z } from 'zod';

/** This service as authenticators know it. */
export interface RelyingParty {
  /** The issuer's host: passkeys of other hosts are none of ours. */
  readonly id: string;
  readonly origin: string;
}

/** Undefined where the issuer's host is a network address, for which no browser makes passkeys. */
export const relyingPartyOf = (issuer: string): RelyingParty | undefined => {
  const { hostname, origin } = new URL(issuer);
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { id: hostname, origin } : undefined;
};

/** COSE algorithms, the preferred first: EdDSA, ES256, RS256 (RFC 9053, RFC 8812). */
export const ALGORITHMS: readonly number[] = [-8, -7, -257];

/** What browsers send is a few hundred bytes, with an attestation a few thousand. */
const MOST_CHARACTERS = 20_000;

const base64url = z
  .string()
  .min(1)
  .max(12_000)
  .regex(/^[A-Za-z0-9_-]+$/);

/** At most 1023 bytes (WebAuthn Level 3, section 4). */
const credentialId = base64url.max(1364);

const assertion = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.max(86).nullish(),
  }),
});

const attestation = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish().catch(undefined),
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(20)).max(10).nullish(),
  }),
  clientExtensionResults: z.object({ credProps: z.object({ rk: z.boolean().nullish() }).nullish() }).nullish(),
});

export type Assertion = z.infer<typeof assertion>;
export type Attestation = z.infer<typeof attestation>;

const clientData = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().nullish(),
});

const parsed = <T>(shape: z.ZodType<T>, json: string): T | undefined => {
  if (json.length > MOST_CHARACTERS) return undefined;
  try {
    return shape.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
};

/** The JSON of an answer of `navigator.credentials.get`; undefined for anything else. */
export const readAssertion = (json: string): Assertion | undefined => parsed(assertion, json);

/** The JSON of an answer of `navigator.credentials.create`; undefined for anything else. */
export const readAttestation = (json: string): Attestation | undefined => parsed(attestation, json);

const clientDataOf = ({ response }: Assertion | Attestation) =>
  parsed(clientData, Buffer.from(response.clientDataJSON, 'base64url').toString('utf8'));

/** The challenge that an answer was made for, as the browser says; to be compared before anything else is believed. */
export const challengeOf = (answer: Assertion): string => clientDataOf(answer)?.challenge ?? '';

/** Our pages are in no frames, so that an answer from one inside another page was got by trickery. */
const isFramed = (answer: Assertion | Attestation): boolean => clientDataOf(answer)?.crossOrigin === true;

/** About 28 MB, for those who have passkeys. */
const library = () => import('@simplewebauthn/server');

/**
 * The attestation without its statement: nobody here decides by the make of an authenticator, and certificates that
 * strangers send are not even looked at (their revocation lists would be fetched from wherever they say).
 */
const unattested = async ({ response }: Attestation): Promise<string> => {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const sent = decodeAttestationObject(new Uint8Array(Buffer.from(response.attestationObject, 'base64url')));
  const data = Buffer.from(sent.get('authData'));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length);
  // CBOR (RFC 8949): a map of three, "fmt" to "none", "attStmt" to an empty map, "authData" to a byte string.
  const head = Buffer.from('\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59', 'latin1');
  return Buffer.concat([head, length, data]).toString('base64url');
};

export interface NewCredential {
  /** base64url, as are keys. */
  readonly id: string;
  /** COSE_Key (RFC 9052). */
  readonly publicKey: string;
  readonly counter: number;
  readonly aaguid: string;
  readonly transports: readonly string[];
  /** It was made in the device of the browser, not in a phone or a key beside it: as the browser says. */
  readonly platform: boolean;
  /** It can be copied to other devices, so that it is bound to none. */
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
}

/** Older browsers do not say it. Those ways are a guess then: a phone that was reached by a picture is `internal`, too. */
const isPlatform = ({ authenticatorAttachment: attachment, response: { transports } }: Attestation): boolean =>
  attachment ? attachment === 'platform' : transports?.includes('internal') === true;

/** Undefined unless the answer was made here, for this challenge, with the person verified (WebAuthn section 7.1). */
export const verifyAttestation = async (
  party: RelyingParty,
  answer: Attestation,
  challenge: string,
): Promise<NewCredential | undefined> => {
  if (isFramed(answer) || answer.clientExtensionResults?.credProps?.rk === false) return undefined;
  const { verifyRegistrationResponse } = await library();
  try {
    const { id, rawId, type } = answer;
    const { clientDataJSON, transports } = answer.response;
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: {
        ...{ id, rawId, type },
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject: await unattested(answer) },
      },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    if (!verified || info.credential.id !== id) return undefined;
    return {
      id: info.credential.id,
      publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
      counter: info.credential.counter,
      aaguid: info.aaguid,
      transports: transports ?? [],
      platform: isPlatform(answer),
      backupEligible: info.credentialDeviceType === 'multiDevice',
      backedUp: info.credentialBackedUp,
    };
  } catch {
    // The library throws for everything that is not as it should be, and for what is no CBOR at all.
    return undefined;
  }
};

export interface Seen {
  readonly counter: number;
  readonly backedUp: boolean;
}

/**
 * Undefined unless the answer was signed by this key, here, for this challenge, with the person verified (WebAuthn
 * section 7.2). The counter is for the caller to compare: before the signature is known to be right it says nothing.
 */
export const verifyAssertion = async (
  party: RelyingParty,
  answer: Assertion,
  challenge: string,
  publicKey: string,
): Promise<Seen | undefined> => {
  if (isFramed(answer)) return undefined;
  const { verifyAuthenticationResponse } = await library();
  try {
    const { clientDataJSON, authenticatorData, signature } = answer.response;
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: {
        ...answer,
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: { id: answer.id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter: 0 },
    });
    return verified ? { counter: info.newCounter, backedUp: info.credentialBackedUp } : undefined;
  } catch {
    return undefined;
  }
};

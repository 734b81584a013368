import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** One value of ASN.1 in DER (ITU-T X.690): its tag, its length and what is in it. */
const der = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};

const SEQUENCE = 0x30;
const sequence = (...content: readonly Uint8Array[]): Buffer => der(SEQUENCE, ...content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (text: string): Buffer => der(0x17, Buffer.from(text));
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const TRUE = der(0x01, Buffer.from([0xff]));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const SUBJECT_ALTERNATIVE_NAME = oid('551d11');
const BASIC_CONSTRAINTS = oid('551d13');
const KEY_USAGE = oid('551d0f');
const CERT_SIGN = Buffer.from([0x02, 0x04]);

const pem = (body: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(body.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;

const distinguishedName = (name: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));

/** A GeneralName (RFC 5280 section 4.2.1.6): an address or a DNS name. */
const generalName = (name: string): Buffer =>
  isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));

const alternativeNames = (names: readonly string[]): Buffer =>
  sequence(SUBJECT_ALTERNATIVE_NAME, octets(sequence(...names.map(generalName))));

const ofAuthority = [
  sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE))),
  sequence(KEY_USAGE, TRUE, octets(der(0x03, CERT_SIGN))),
];

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

interface Wanted {
  readonly name: string;
  readonly extensions: readonly Buffer[];
  /** UTCTime. */
  readonly until?: string;
  /** Itself when left out. */
  readonly issuer?: Issuer;
}

/** In PEM. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
}

/** A certificate (RFC 5280 section 4.1), made anew for each run. */
const certify = ({ name, extensions, until = '490101000000Z', issuer }: Wanted): Certified & { own: Issuer } => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = { name, key: privateKey };
  const by = issuer ?? own;
  const unsigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    // Two of one issuer must differ; the first byte keeps it positive.
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    distinguishedName(by.name),
    sequence(utcTime('200101000000Z'), utcTime(until)),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', unsigned, by.key));
  return {
    own,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(sequence(unsigned, ECDSA_WITH_SHA256, signature)),
  };
};

export interface Authority {
  readonly cert: string;
  /** For a server that goes by these names or IPv4 addresses; valid until 2049, or long expired. */
  issue(names: readonly [string, ...string[]], options?: { readonly expired?: boolean }): Certified;
}

/** An authority of the tests' own, which nobody trusts who is not told to. */
export const createAuthority = (name: string): Authority => {
  const { own, cert } = certify({ name, extensions: ofAuthority });
  return {
    cert,
    issue: (names, { expired = false } = {}) =>
      certify({
        name: names[0],
        extensions: [alternativeNames(names)],
        issuer: own,
        ...(expired && { until: '210101000000Z' }),
      }),
  };
};

/** For servers on loopback that are spoken to as `localhost`. Signed by nobody but itself. */
export const LOCALHOST: Certified = certify({ name: 'localhost', extensions: [alternativeNames(['localhost'])] });

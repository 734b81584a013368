import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/kernel/clock.ts';

/** The keys of a subscription, as a browser keeps them (Push API section 8). */
export interface BrowserKeys {
  /** 32 bytes in base64url. */
  readonly privateKey: string;
  /** An uncompressed point in base64url. */
  readonly p256dh: string;
  readonly auth: string;
}

export interface Subscription extends BrowserKeys {
  readonly endpoint: string;
}

export interface Pushed {
  readonly endpoint: string;
  readonly payload: string;
  /** Seconds. */
  readonly ttl: number;
  readonly urgency: string | undefined;
  readonly subject: string;
}

/** A push service on loopback (RFC 8030) that pushes to nobody but reads what a browser would. */
export interface PushService extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** What was taken, oldest first. */
  readonly pushed: readonly Pushed[];
  /** Every request, whatever became of it. */
  readonly requests: number;
  /** What to answer from now on. */
  mood: number | 'silent' | 'garbled' | undefined;
  /**
   * A browser subscribes.
   *
   * @param key of the only one who may push there (RFC 8292 section 4)
   */
  subscribe(key?: string): Subscription;
}

/**
 * Decrypts as a browser does (RFC 8291 section 3.4, RFC 8188 section 2).
 *
 * @throws where it was not encrypted for this browser
 */
export const decryptPush = (body: Buffer, { privateKey, p256dh, auth }: BrowserKeys): string => {
  const salt = body.subarray(0, 16);
  const sender = body.subarray(21, 21 + (body[20] ?? 0));
  const record = body.subarray(21 + sender.length);
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(Buffer.from(privateKey, 'base64url'));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), Buffer.from(p256dh, 'base64url'), sender]);
  const secret = curve.computeSecret(sender);
  const input = Buffer.from(hkdfSync('sha256', secret, Buffer.from(auth, 'base64url'), info, 32));
  const derive = (what: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', input, salt, `Content-Encoding: ${what}\0`, length));
  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  if (end === -1) throw new Error('the record has no delimiter');
  return padded.subarray(0, end).toString('utf8');
};

const json = (part: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;

const DAY_IN_SECONDS = 86_400;

/**
 * Who pushes, by RFC 8292 section 2: a token of ours, signed with the key beside it.
 *
 * @throws where it is not
 */
const readVapid = (authorization: string, origin: string): { readonly key: string; readonly subject: string } => {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const [header = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33) };
  const publicKey = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  const signed = verify('sha256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
  const { aud, exp, sub } = json(claims);
  const left = Number(exp) - systemClock.now() / 1000;
  if (!signed || json(header)['alg'] !== 'ES256' || aud !== origin || left <= 0 || left > DAY_IN_SECONDS) {
    throw new Error('the token is not right');
  }
  return { key, subject: String(sub) };
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const newKeys = (): BrowserKeys => {
  const curve = createECDH('prime256v1');
  curve.generateKeys();
  return {
    privateKey: Buffer.from(curve.getPrivateKey('hex').padStart(64, '0'), 'hex').toString('base64url'),
    p256dh: curve.getPublicKey('base64url'),
    auth: randomBytes(16).toString('base64url'),
  };
};

export const startPushService = async (
  options: {
    readonly port?: number;
    readonly tls?: { readonly key: string; readonly cert: string };
    /** Made before it was shut. */
    readonly subscriptions?: readonly Subscription[];
  } = {},
): Promise<PushService> => {
  const subscriptions = new Map<string, { readonly one: Subscription; readonly key: string | undefined }>();
  for (const one of options.subscriptions ?? []) {
    subscriptions.set(new URL(one.endpoint).pathname, { one, key: undefined });
  }
  const pushed: Pushed[] = [];
  let requests = 0;

  /** The status that a push gets (RFC 8030 section 5, RFC 8292 section 4.2). */
  const take = ({ url = '', method, headers }: IncomingMessage, body: Buffer): number => {
    const found = subscriptions.get(url);
    if (!found) return 404;
    if (method !== 'POST' || headers['content-encoding'] !== 'aes128gcm' || headers['ttl'] === undefined) return 400;
    try {
      const { key, subject } = readVapid(headers.authorization ?? '', service.origin);
      if (found.key !== undefined && found.key !== key) return 403;
      const payload = decryptPush(body, found.one);
      const urgency = headers['urgency'];
      const { endpoint } = found.one;
      pushed.push({ endpoint, payload, ttl: Number(headers['ttl']), urgency: urgency?.toString(), subject });
      return 201;
    } catch {
      return 401;
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    requests += 1;
    if (service.mood === 'silent') return;
    if (service.mood === 'garbled') {
      request.socket.end('MAYBE LATER\r\n\r\n');
      return;
    }
    const status = service.mood ?? take(request, body);
    response.writeHead(status, status === 201 ? { location: `${service.origin}/message/${String(requests)}` } : {});
    response.end(status < 400 ? '' : JSON.stringify({ message: `refused ${body.toString('base64url')}` }));
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => void serve(request, response);
  const server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const service: PushService = {
    origin: options.tls ? `https://localhost:${String(port)}` : `http://127.0.0.1:${String(port)}`,
    port,
    pushed,
    get requests() {
      return requests;
    },
    mood: undefined,
    subscribe(key) {
      const path = `/push/${randomBytes(12).toString('base64url')}`;
      const one = { ...newKeys(), endpoint: `${service.origin}${path}` };
      subscriptions.set(path, { one, key });
      return one;
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
  return service;
};

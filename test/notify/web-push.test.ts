import { expect } from 'chai';
import { HOUR, MINUTE } from '../../src/kernel/clock.ts';
import type { Channel } from '../../src/notify/channel.ts';
import { isPublicAddress, publicLookup } from '../../src/notify/public-address.ts';
import { webPushChannel } from '../../src/notify/push-channel.ts';
import { newPushKey, pushKeyOf } from '../../src/notify/push-key.ts';
import type { PushKey } from '../../src/notify/push-key.ts';
import { pushPlace } from '../../src/notify/push-reach.ts';
import type { PlaceOf } from '../../src/notify/push-reach.ts';
import { pushSubscribing } from '../../src/notify/push-subscribing.ts';
import { LOCALHOST } from '../support/certificate.ts';
import { testClock } from '../support/clock.ts';
import { decryptPush, startPushService } from '../support/push-service.ts';
import type { PushService, Subscription } from '../support/push-service.ts';
import { testSecrets } from '../support/rooms.ts';

const SUBJECT = 'mailto:operator@example.org';

const newKey = (): PushKey => {
  const key = pushKeyOf(newPushKey());
  if (!key) throw new Error('no key');
  return key;
};

describe('web push', () => {
  const clock = testClock();
  const secrets = testSecrets();
  const key = newKey();
  let service: PushService;

  beforeEach(async () => {
    service = await startPushService({ tls: LOCALHOST });
  });
  afterEach(() => service[Symbol.asyncDispose]());

  const named: PlaceOf = (endpoint) => pushPlace(endpoint, [new URL(service.origin).host]);

  const channel = (more: { placeOf?: PlaceOf; key?: PushKey; ca?: string } = {}): Channel =>
    webPushChannel({ subject: SUBJECT, key, placeOf: named, ca: LOCALHOST.cert, secrets, clock, ...more });

  const addressOf = ({ endpoint, p256dh, auth }: Subscription, placeOf: PlaceOf = named): string => {
    const to = pushSubscribing(secrets, key, placeOf).address(endpoint, p256dh, auth);
    if (to === undefined) throw new Error('no address');
    return to;
  };

  const outgoing = (to: string) => ({ id: '1', to, subject: 'Größe', text: 'ist da', locale: 'de' });

  it('brings the browser what only it can read, signed for the push service, for as long as it is of use', async () => {
    const browser = service.subscribe(key.publicKey);
    const expiresAt = clock.now() + 2 * MINUTE;
    expect(await channel().send({ ...outgoing(addressOf(browser)), expiresAt })).to.deep.equal({ outcome: 'taken' });
    const [push] = service.pushed;
    expect(push).to.include({ endpoint: browser.endpoint, ttl: 120, urgency: 'high', subject: SUBJECT });
    expect(JSON.parse(push?.payload ?? '')).to.deep.equal({ title: 'Größe', body: 'ist da', lang: 'de' });
  });

  it('is read as in the example of RFC 8291 section 5', () => {
    const browser = {
      privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    };
    const body =
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN';
    expect(decryptPush(Buffer.from(body, 'base64url'), browser)).to.equal('When I grow up, I want to be a watermelon');
  });

  it('gives a subscription up when the push service says that it is gone, and nothing else', async () => {
    const to = addressOf(service.subscribe());
    const attempts: Record<number, unknown> = {
      404: { outcome: 'refused', cause: '404', about: 'destination' },
      410: { outcome: 'refused', cause: '410', about: 'destination' },
      413: { outcome: 'refused', cause: '413', about: 'message' },
    };
    for (const status of [400, 401, 403, 429, 500, 503, 302]) {
      attempts[status] = { outcome: 'failed', cause: String(status) };
    }
    for (const [status, attempt] of Object.entries(attempts)) {
      service.mood = Number(status);
      expect(await channel().send(outgoing(to)), status).to.deep.equal(attempt);
    }
  });

  it('is refused by a push service where another key pushes than the browser subscribed with', async () => {
    const to = addressOf(service.subscribe(key.publicKey));
    expect(await channel({ key: newKey() }).send(outgoing(to))).to.deep.equal({ outcome: 'failed', cause: '403' });
    expect(service.pushed).to.deep.equal([]);
  });

  it('takes no certificate of a push service that nobody vouches for', async () => {
    const to = addressOf(service.subscribe());
    const { ca: _ca, ...options } = { subject: SUBJECT, key, placeOf: named, secrets, clock, ca: '' };
    expect(await webPushChannel(options).send(outgoing(to))).to.include({ outcome: 'failed' });
    expect(service.requests).to.equal(0);
  });

  it('connects to no address of the network behind us, whatever name led there', async () => {
    const pretending: PlaceOf = () => 'service';
    const to = addressOf(service.subscribe(), pretending);
    const attempt = await channel({ placeOf: pretending }).send(outgoing(to));
    expect(attempt).to.deep.equal({ outcome: 'failed', cause: 'private address' });
    expect(service.requests).to.equal(0);
  });

  it('asks no push service that the operator does not name any more', async () => {
    const to = addressOf(service.subscribe());
    const attempt = await channel({ placeOf: (endpoint) => pushPlace(endpoint, []) }).send(outgoing(to));
    expect(attempt).to.deep.equal({ outcome: 'refused', cause: 'host', about: 'destination' });
    expect(service.requests).to.equal(0);
  });

  it('is sent to the push services of browsers and to named hosts, by TLS, and to nobody else', () => {
    const services = [
      'https://fcm.googleapis.com/fcm/send/abc',
      'https://updates.push.services.mozilla.com/wpush/v2/abc',
      'https://web.push.apple.com/abc',
      'https://api.sandbox.push.apple.com/abc',
      'https://db5p.notify.windows.com/w/?token=abc',
    ];
    for (const endpoint of services) expect(pushPlace(endpoint, []), endpoint).to.equal('service');
    const nobody = [
      'http://fcm.googleapis.com/fcm/send/abc',
      'https://fcm.googleapis.com:8443/fcm/send/abc',
      'https://someone:secret@fcm.googleapis.com/abc',
      'https://fcm.googleapis.com.evil.example/abc',
      'https://evil.example/fcm.googleapis.com',
      'https://push.apple.com.evil.example/abc',
      'https://evilpush.apple.com/abc',
      'https://169.254.169.254/latest',
      'https://[::1]/abc',
      'https://localhost/abc',
      'http://10.0.0.1/abc',
      'file:///etc/passwd',
      'nonsense',
    ];
    for (const endpoint of nobody) expect(pushPlace(endpoint, ['push.example']), endpoint).to.equal(undefined);
    const hosts = ['push.example', 'push.example:8443', '127.0.0.1:8080'];
    expect(pushPlace('https://push.example/abc', hosts)).to.equal('named');
    expect(pushPlace('https://push.example:8443/abc', hosts)).to.equal('named');
    expect(pushPlace('http://127.0.0.1:8080/abc', hosts)).to.equal('named');
    expect(pushPlace('http://push.example/abc', hosts)).to.equal(undefined);
    expect(pushPlace('https://push.example:9443/abc', hosts)).to.equal(undefined);
  });

  it('knows the addresses that nobody on the internet has', () => {
    const hidden = ['10.1.2.3', '127.0.0.1', '169.254.169.254', '172.31.0.1', '192.168.1.1', '100.64.0.1', '0.0.0.0'];
    const hidden6 = ['::1', '::', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', 'ff02::1'];
    for (const address of hidden) expect(isPublicAddress({ address, family: 4 }), address).to.equal(false);
    for (const address of hidden6) expect(isPublicAddress({ address, family: 6 }), address).to.equal(false);
    expect(isPublicAddress({ address: '142.250.74.10', family: 4 })).to.equal(true);
    expect(isPublicAddress({ address: '2a00:1450:4001::200a', family: 6 })).to.equal(true);
  });

  it('looks names up for connections that ask for one address, and for those that ask for all', async () => {
    for (const all of [true, false]) {
      const refused = await new Promise((resolve) => {
        publicLookup('localhost', { all }, resolve);
      });
      expect(refused).to.include({ code: 'private address' });
    }
  });

  it('takes nothing for a subscription that cannot be encrypted for, or that is no address', () => {
    const { endpoint, p256dh, auth } = service.subscribe();
    const { address } = pushSubscribing(secrets, key, named);
    const beside = Buffer.from(p256dh, 'base64url');
    beside[64] = (beside[64] ?? 0) ^ 1;
    expect(address(endpoint, p256dh, auth)).to.be.a('string');
    expect(address(endpoint, beside.toString('base64url'), auth), 'not on the curve').to.equal(undefined);
    expect(address(endpoint, p256dh.slice(0, 40), auth)).to.equal(undefined);
    expect(address(endpoint, p256dh, auth.slice(2))).to.equal(undefined);
    expect(address('nonsense', p256dh, auth)).to.equal(undefined);
    expect(address(`${endpoint}${'x'.repeat(1500)}`, p256dh, auth)).to.equal(undefined);
    expect(address('https://169.254.169.254/latest', p256dh, auth)).to.equal(undefined);
  });

  it('rests sealed: neither where a browser is pushed to nor its keys can be read from what is stored', () => {
    const { endpoint, p256dh, auth } = service.subscribe();
    const to = addressOf({ endpoint, p256dh, auth, privateKey: '' });
    for (const secret of [endpoint, p256dh, auth]) {
      expect(to).not.to.include(secret);
      expect(Buffer.from(to.split('.')[1] ?? '', 'base64url').toString('latin1')).not.to.include(secret);
    }
  });

  it('has a key of P-256, made anew for each store, and refuses another', () => {
    expect(newPushKey()).not.to.equal(newPushKey());
    for (let count = 0; count < 50; count += 1) expect(pushKeyOf(newPushKey())?.publicKey).to.have.length(87);
    const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
    const wrong = ['', 'short', 'A'.repeat(43), Buffer.from(order, 'hex').toString('base64url'), `${newPushKey()}=`];
    for (const text of wrong) expect(pushKeyOf(text), text).to.equal(undefined);
  });

  it('lives an hour where nothing says how long it is of use', async () => {
    await channel().send(outgoing(addressOf(service.subscribe())));
    expect(service.pushed[0]?.ttl).to.equal(HOUR / 1000);
  });
});

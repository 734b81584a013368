import { systemRandom } from '../../src/kernel/random.ts';
import { createCalls } from '../../src/notify/calls.ts';
import { createMailbox } from '../../src/notify/mailbox.ts';
import { createReceipts } from '../../src/notify/receipts.ts';
import { webPushChannel } from '../../src/notify/push-channel.ts';
import { newPushKey, pushKeyOf } from '../../src/notify/push-key.ts';
import { pushPlace } from '../../src/notify/push-reach.ts';
import { pushSubscribing } from '../../src/notify/push-subscribing.ts';
import { smsOverHttp } from '../../src/notify/sms-http.ts';
import { smsOverSmpp } from '../../src/notify/sms-smpp.ts';
import { voiceOverHttp } from '../../src/notify/voice-http.ts';
import { mailTo, nobody, silent } from '../notify/courier.ts';
import { startMailServer } from '../notify/mail-server.ts';
import { refusal, startCarrier } from '../support/carrier.ts';
import type { CarrierServer, Mood } from '../support/carrier.ts';
import { startMessageCentre } from '../support/message-centre.ts';
import { startPushService } from '../support/push-service.ts';
import { channelContract } from './channel.ts';
import type { Behaviour, ChannelFixture } from './channel.ts';

const NUMBER = '+491701234567';
const ISSUER = 'https://login.example';

channelContract(
  'mail',
  'mail',
  async (_, patience) => {
    let server = await startMailServer();
    const { port } = server;
    const never = new Promise<void>(() => undefined);
    return {
      channel: await mailTo(port, { patience }),
      to: 'anna@home.example',
      received: () =>
        Promise.resolve(server.received.map(({ to, mail }) => ({ to: to[0] ?? '', text: mail.text ?? '' }))),
      behave(behaviour) {
        server.recipient = behaviour === 'gone' ? { code: 550, words: '5.1.1 nobody, you sent 407182' } : undefined;
        server.data = behaviour === 'later' ? { code: 451, words: '4.7.1 later' } : undefined;
        if (behaviour === 'garbled') server.data = { code: 299, words: 'x' };
        if (behaviour === 'garbled') server.recipient = { code: 999, words: 'what' };
        server.arrived = () => (behaviour === 'silent' ? never : undefined);
      },
      shut: () => server[Symbol.asyncDispose](),
      reopen: async () => {
        server = await startMailServer(port);
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
  { otherSide: true },
);

for (const name of ['mail', 'sms', 'voice'] as const) {
  channelContract(
    `the development mailbox, for ${name}`,
    name,
    (r) => {
      const mailbox = createMailbox(r.store, r.clock, systemRandom, r.secrets);
      return Promise.resolve({
        channel: mailbox.channel(name),
        to: name === 'mail' ? 'anna@home.example' : NUMBER,
        received: async () => (await mailbox.entries()).toReversed(),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      });
    },
    { otherSide: false },
  );
}

const STATUS: Readonly<Record<Behaviour, number>> = { well: 0, later: 0x58, gone: 0x0b, silent: 0, garbled: 0 };

channelContract(
  'SMS over SMPP',
  'sms',
  async (r, patience) => {
    let centre = await startMessageCentre();
    const { port } = centre;
    const channel = smsOverSmpp({
      server: {
        ...{ host: '127.0.0.1', port, tls: 'none', systemId: 'latchkey', password: 'secret', systemType: '' },
        patience,
      },
      from: 'Example',
      receiptIds: 'same',
      clock: r.clock,
      log: silent,
      receipts: createReceipts({ ...r, log: silent, undeliverable: nobody }),
      durable: () => r.store.durable(),
    });
    return {
      channel,
      to: NUMBER,
      received: () => Promise.resolve(centre.submitted.map(({ to, text }) => ({ to: `+${to.address}`, text }))),
      behave(behaviour) {
        centre.status = STATUS[behaviour];
        centre.silent = behaviour === 'silent';
        centre.garbling = behaviour === 'garbled';
      },
      shut: () => centre[Symbol.asyncDispose](),
      reopen: async () => {
        centre = await startMessageCentre({ port });
      },
      async [Symbol.asyncDispose]() {
        await channel.stop();
        await centre[Symbol.asyncDispose]();
      },
    };
  },
  { otherSide: true },
);

const moods = (gone: number): Readonly<Record<Behaviour, Mood | 'silent' | undefined>> => ({
  well: undefined,
  later: refusal(20429, 429),
  gone: refusal(gone),
  silent: 'silent',
  garbled: { status: 200, body: '<html>Welcome to the hotel</html>' },
});

const carrierFixture = async (
  gone: number,
  make: (carrier: CarrierServer) => Pick<ChannelFixture, 'channel'>,
  read: (carrier: CarrierServer) => Promise<readonly { to: string; text: string }[]>,
) => {
  let carrier = await startCarrier();
  return {
    ...make(carrier),
    to: NUMBER,
    received: () => read(carrier),
    behave: (behaviour: Behaviour) => {
      carrier.mood = moods(gone)[behaviour];
    },
    shut: () => carrier[Symbol.asyncDispose](),
    reopen: async () => {
      carrier = await startCarrier({ port: carrier.port });
    },
    [Symbol.asyncDispose]: () => carrier[Symbol.asyncDispose](),
  };
};

channelContract(
  'SMS over HTTP',
  'sms',
  (r, patience) =>
    carrierFixture(
      21211,
      (server) => {
        const carrier = { ...server, patience };
        return { channel: smsOverHttp({ carrier, from: 'Example', issuer: ISSUER, clock: r.clock }) };
      },
      ({ asked }) =>
        Promise.resolve(asked.map(({ fields }) => ({ to: fields['To'] ?? '', text: fields['Body'] ?? '' }))),
    ),
  { otherSide: true },
);

channelContract(
  'calls over HTTP',
  'voice',
  (r, patience) => {
    const calls = createCalls(r.store, r.clock, systemRandom, r.secrets);
    const heard = new Map<string, string>();
    return carrierFixture(
      13224,
      (server) => {
        const carrier = { ...server, patience };
        return { channel: voiceOverHttp({ carrier, from: '+4930123456', issuer: ISSUER, clock: r.clock, calls }) };
      },
      async ({ asked }) => {
        for (const { sid, fields } of asked) {
          const speech = heard.has(sid) ? undefined : await calls.answer((fields['Url'] ?? '').split('/').at(-1) ?? '');
          if (speech) heard.set(sid, speech.say.join('\n'));
        }
        return asked.map(({ sid, fields }) => ({ to: fields['To'] ?? '', text: heard.get(sid) ?? '' }));
      },
    );
  },
  { otherSide: true },
);

const PUSHED: Readonly<Record<Behaviour, number | 'silent' | 'garbled' | undefined>> = {
  ...{ well: undefined, later: 503, gone: 410 },
  ...{ silent: 'silent', garbled: 'garbled' },
};

channelContract(
  'web push',
  'push',
  async (r, patience) => {
    const key = pushKeyOf(newPushKey());
    let service = await startPushService();
    const { port } = service;
    const browser = service.subscribe(key?.publicKey);
    const placeOf = (endpoint: string) => pushPlace(endpoint, [`127.0.0.1:${String(port)}`]);
    const to = key && pushSubscribing(r.secrets, key, placeOf).address(browser.endpoint, browser.p256dh, browser.auth);
    if (!key || to === undefined) throw new Error('nobody can be pushed to');
    const { secrets, clock } = r;
    return {
      channel: webPushChannel({ subject: 'mailto:operator@example.org', key, placeOf, secrets, clock, patience }),
      to,
      received: () => Promise.resolve(service.pushed.map(({ payload }) => ({ to, text: payload }))),
      behave(behaviour) {
        service.mood = PUSHED[behaviour];
      },
      shut: () => service[Symbol.asyncDispose](),
      reopen: async () => {
        service = await startPushService({ port, subscriptions: [browser] });
      },
      [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
    };
  },
  { otherSide: true },
);

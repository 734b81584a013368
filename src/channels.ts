import { readFile } from 'node:fs/promises';
import { channelsOf } from './config/installation.ts';
import type { Config } from './config/schema.ts';
import type { Foundation } from './foundation.ts';
import { listenForBounces } from './notify/bounce-listener.ts';
import { bounceJob, createBounces } from './notify/bounces.ts';
import { callbackRoutes } from './notify/callbacks.ts';
import { createCalls } from './notify/calls.ts';
import type { Calls } from './notify/calls.ts';
import type { Carrier } from './notify/carrier.ts';
import { CHANNELS } from './notify/channel.ts';
import type { Channel, ChannelName, Channels } from './notify/channel.ts';
import type { Undeliverable } from './notify/conclusion.ts';
import { guarded } from './notify/guarded.ts';
import { openMailChannel, tryMailServer } from './notify/mail-channel.ts';
import { createMailbox } from './notify/mailbox.ts';
import type { DevelopmentMailbox } from './notify/mailbox.ts';
import { webPushChannel } from './notify/push-channel.ts';
import { pushPlace } from './notify/push-reach.ts';
import type { PlaceOf } from './notify/push-reach.ts';
import type { Reach } from './notify/reach.ts';
import { createReceipts } from './notify/receipts.ts';
import { returnAddress } from './notify/return-address.ts';
import type { Receipts } from './notify/receipts.ts';
import { smsOverHttp } from './notify/sms-http.ts';
import { smsOverSmpp } from './notify/sms-smpp.ts';
import type { SmppChannel } from './notify/sms-smpp.ts';
import { voiceOverHttp } from './notify/voice-http.ts';
import type { Job } from './kernel/schedule.ts';
import type { Route } from './http/route.ts';

const standsIn = ({ demo, profile }: Config): boolean => demo.enabled || profile === 'development';

/** Which ways to people there are by this configuration, and where they may lead. */
export const reachOf = (config: Config): Reach => {
  return {
    channels: channelsOf(config),
    countries: { sms: config.sms?.countries ?? 'all', voice: config.voice?.countries ?? 'all' },
  };
};

/** Which push services are asked by this configuration. */
export const placeOf =
  ({ push }: Config): PlaceOf =>
  (endpoint) =>
    pushPlace(endpoint, push?.hosts ?? []);

const openPush = async ({ config, pushKey, secrets, clock }: Foundation): Promise<Channel | undefined> => {
  if (!config.push || !pushKey) return undefined;
  const { subject, ca } = config.push;
  return webPushChannel({
    ...{ subject, key: pushKey, placeOf: placeOf(config), secrets, clock },
    ...(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') }),
  });
};

type SmtpConfig = NonNullable<Config['mail']['smtp']>;

const smtpOf = async ({ password, ca, ...server }: SmtpConfig) => ({
  ...server,
  ...(password === undefined ? {} : { password: password.reveal() }),
  ...(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') }),
});

const openMail = async ({ config, secrets }: Foundation): Promise<Channel | undefined> => {
  const { issuer, mail } = config;
  const { from, replyTo, smtp, bounces } = mail;
  if (!smtp) return undefined;
  return openMailChannel({
    from,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(bounces ? { returnTo: (id: string) => returnAddress(secrets, bounces.address, id) } : {}),
    domain: new URL(issuer).hostname,
    smtp: await smtpOf(smtp),
  });
};

/** Resolves where mail could leave now. Throws what stands in the way. */
export const tryMail = async (smtp: SmtpConfig): Promise<void> => tryMailServer(await smtpOf(smtp));

type CarrierConfig = NonNullable<Config['voice']>['http'];

const carrierOf = async ({ url, account, token, ca }: CarrierConfig): Promise<Carrier> => ({
  url,
  account,
  token: token.reveal(),
  ...(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') }),
});

const openSmpp = async (
  { store, clock, log }: Foundation,
  from: string,
  { password, ca, receiptIds, ...server }: NonNullable<NonNullable<Config['sms']>['smpp']>,
  receipts: Receipts,
): Promise<SmppChannel> =>
  smsOverSmpp({
    server: {
      ...server,
      password: password.reveal(),
      ...(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') }),
    },
    from,
    receiptIds,
    clock,
    log,
    receipts,
    durable: () => store.durable(),
  });

interface Sms {
  readonly channel?: Channel;
  readonly smpp?: SmppChannel;
}

const openSms = async (foundation: Foundation, receipts: Receipts): Promise<Sms> => {
  const { config, clock } = foundation;
  if (config.sms?.smpp) {
    const smpp = await openSmpp(foundation, config.sms.from, config.sms.smpp, receipts);
    return { channel: smpp, smpp };
  }
  if (!config.sms?.http) return {};
  const { from, http } = config.sms;
  return { channel: smsOverHttp({ carrier: await carrierOf(http), from, issuer: config.issuer, clock }) };
};

const openVoice = async ({ config, clock }: Foundation, calls: Calls): Promise<Channel | undefined> => {
  if (!config.voice) return undefined;
  const { from, http } = config.voice;
  return voiceOverHttp({ carrier: await carrierOf(http), from, issuer: config.issuer, clock, calls });
};

/** The carrier behind its country list and its number for a day; what the operator did not name is free. */
const guard = (
  { config, notify, limits, store, log }: Foundation,
  name: 'sms' | 'voice',
  channel: Channel | undefined,
): Channel | undefined => {
  const perDay = config[name]?.perDay;
  if (!channel || perDay === undefined) return undefined;
  return guarded(channel, { name, perDay, reaches: (to) => notify.reaches(name, to), limits, store, log });
};

export interface OpenChannels {
  readonly channels: Channels;
  readonly mailbox: DevelopmentMailbox;
  /** Where carriers call back. */
  readonly routes: readonly Route[];
  readonly jobs: readonly Job[];
  /** Begins to take in what mail servers return, where the configuration says so. */
  listen(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the listener for returned mail; gives what closes it. */
const listen = async (foundation: Foundation): Promise<(() => Promise<void>) | undefined> => {
  const { config, log } = foundation;
  const { address, listen: on } = config.mail.bounces ?? {};
  if (address === undefined || !on) return undefined;
  const { port, stop } = await listenForBounces({ ...on, bounces: createBounces({ ...foundation, address }) });
  log.info({ port, protocol: on.protocol }, 'listening for returned mail');
  return stop;
};

/** The ways to people that the configuration names; in development the mailbox page stands in for what it does not. */
export const openChannels = async (foundation: Foundation, undeliverable: Undeliverable): Promise<OpenChannels> => {
  const { config, store, clock, random, secrets } = foundation;
  const mailbox = createMailbox(store, clock, random, secrets);
  const receipts = createReceipts({ ...foundation, undeliverable });
  const calls = createCalls(store, clock, random, secrets);
  const sms = await openSms(foundation, receipts);
  let stopListening: (() => Promise<void>) | undefined;
  const opened: Readonly<Record<ChannelName, Channel | undefined>> = {
    mail: await openMail(foundation),
    sms: guard(foundation, 'sms', sms.channel),
    voice: guard(foundation, 'voice', await openVoice(foundation, calls)),
    push: await openPush(foundation),
  };
  const channels = CHANNELS.flatMap((name) => {
    const channel = opened[name] ?? (standsIn(config) && name !== 'push' ? mailbox.channel(name) : undefined);
    return channel ? [[name, channel] as const] : [];
  });
  return {
    channels: Object.fromEntries(channels),
    mailbox,
    routes: callbackRoutes({
      issuer: config.issuer,
      receipts,
      calls,
      ...(config.sms?.http ? { smsToken: config.sms.http.token.reveal() } : {}),
      ...(config.voice ? { voiceToken: config.voice.http.token.reveal() } : {}),
    }),
    jobs: [...(sms.smpp ? [sms.smpp.job] : []), ...(config.mail.bounces ? [bounceJob(store, receipts)] : [])],
    listen: async () => {
      stopListening = await listen(foundation);
    },
    stop: async () => {
      await stopListening?.();
      await sms.smpp?.stop();
    },
  };
};

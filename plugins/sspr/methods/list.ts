import type { z } from 'zod';
import type { Host } from '../../../src/plugin.ts';
import type { Collection } from '../../../src/store/port.ts';
import { approval } from './approval.ts';
import { device } from './device.ts';
import { email } from './email.ts';
import type { Method, MethodKind } from './method.ts';
import type { MethodName } from './names.ts';
import { office } from './office.ts';
import { pass } from './pass.ts';
import { passkey } from './passkey.ts';
import { questions } from './questions.ts';
import { recovery } from './recovery.ts';
import { sms } from './sms.ts';
import { token } from './token.ts';
import { totp } from './totp.ts';
import { voice } from './voice.ts';

/** Every method there is, strongest first: people are offered them in this order. */
export const kinds = {
  passkey,
  approval,
  token,
  totp,
  device,
  sms,
  voice,
  office,
  recovery,
  pass,
  email,
  questions,
} as const;

type Sections = { readonly [N in MethodName]: (typeof kinds)[N]['config'] };

export type MethodConfigs = { readonly [N in MethodName]: z.output<Sections[N]> };

export type Methods = Readonly<Record<MethodName, Method>>;

const named = Object.entries(kinds) as [MethodName, (typeof kinds)[MethodName]][];

export const methodNames = named.map(([name]) => name) as [MethodName, ...MethodName[]];

/** Each method's section of the configuration, under its name. */
export const methodSections = Object.fromEntries(named.map(([name, { config }]) => [name, config])) as Sections;

type Kind = MethodKind<z.ZodType, unknown>;

const kindOf = (name: MethodName): Pick<Kind, 'secondFactor' | 'given' | 'knowledge' | 'needs'> => kinds[name];

/** Those that a policy may name: what is given counts without. */
export const policyMethodNames = methodNames.filter((name) => kindOf(name).given !== true) as [
  MethodName,
  ...MethodName[],
];

export const secondFactorNames = methodNames.filter((name) => kindOf(name).secondFactor === true);

/** Whether what it asks for may be found out by others. */
export const isKnowledge = (name: MethodName): boolean => kindOf(name).knowledge === true;

/** Channels without which a method cannot work. */
export const channelsOf = (name: MethodName) => kindOf(name).needs ?? [];

export const methodCollections: readonly Collection[] = named.flatMap(
  ([, kind]) => (kind as { readonly collections?: readonly Collection[] }).collections ?? [],
);

type Create = (host: Host, config: unknown) => Method;

export const createMethods = (host: Host, configs: MethodConfigs): Methods =>
  Object.fromEntries(named.map(([name, { create }]) => [name, (create as Create)(host, configs[name])])) as Methods;

import type { z } from 'zod';
import type { Audit } from './audit/event.ts';
import type { Account, Accounts, Passwords } from './directory/account.ts';
import type { PasswordHashing } from './directory/password-hashing.ts';
import type { Entrance, MessageRef, Route } from './http/route.ts';
import type { Clock } from './kernel/clock.ts';
import type { Log } from './kernel/log.ts';
import type { Random } from './kernel/random.ts';
import type { Job } from './kernel/schedule.ts';
import type { Secrets } from './kernel/secrets.ts';
import type { Limits } from './limits/limit.ts';
import type { Notify } from './notify/message.ts';
import type { KnownBrowsers, SignIns } from './sign-in/sign-ins.ts';
import type { Change, Collection, Store } from './store/port.ts';

export type { Audit, AuditEvent } from './audit/event.ts';
export { PasswordRefused } from './directory/account.ts';
export type { Account, Accounts, PasswordOrigin, Passwords, Verification } from './directory/account.ts';
export { get, json, page, post, redirect } from './http/route.ts';
export type { Answer, Cookies, Entrance, MessageRef, Route, Visit } from './http/route.ts';
export type { Limit, Limits } from './limits/limit.ts';
export type { Message, Notify } from './notify/message.ts';
export type { KnownBrowsers, RunningSignIn, SignIns } from './sign-in/sign-ins.ts';

/** Whose service this is, for pages and mail. */
export interface Organisation {
  readonly name: string;
  readonly helpDesk: { readonly mail?: string; readonly phone?: string; readonly url?: string };
  /** The operator's own mail domains: an alternate address there could not be read when locked out. */
  readonly mailDomains: readonly string[];
}

/** Everything a plugin may see. A foreign host provides the same (see `src/embed.ts`). */
export interface Host {
  /** The OIDC issuer, without a trailing slash: the only origin that links are built from. */
  readonly issuer: string;
  readonly profile: 'development' | 'production';
  readonly organisation: Organisation;
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  /** Slow hashes for other things that people know by heart, in the same queue as passwords. */
  readonly hashing: Pick<PasswordHashing, 'hash' | 'verify' | 'verifyNothing'>;
  readonly browsers: KnownBrowsers;
  readonly signIns: SignIns;
  readonly limits: Limits;
  readonly notify: Notify;
  readonly audit: Audit;
  /** Runs a job of this plugin soon. */
  kick(job: string): void;
}

/** The state of a sign-in when a prompt is asked whether it has something to say. */
export interface PromptQuestion {
  readonly accountId: string;
  readonly sessionUid: string;
  /** When the person last proved themselves in this session (epoch milliseconds); old proof changes no methods. */
  readonly authenticatedAt: number;
  readonly clientId: string;
  /** `prompt=none`: a page cannot be shown, so asking for one ends the request with an error. */
  readonly silent: boolean;
}

/** A page between the password and the app, on the same authorization request. */
export interface PromptContribution {
  readonly name: string;
  /** Machine-readable cause, for native and API clients. */
  readonly reason: string;
  readonly description: string;
  needed(question: PromptQuestion): Promise<boolean>;
  /** Path of its page, under `/interaction/<uid>/`. */
  path(uid: string): string;
}

/** Someone made for trying the product out, who is to begin with what a real person would have registered before. */
export interface DemoPerson {
  readonly account: Account;
  /** An address other than the account's own, which counts as proved by the person. */
  readonly alternateMail: string;
}

/** A way on for someone who cannot sign in, offered on the page that asks for the password. */
export interface Recovery {
  readonly label: MessageRef;
  path(signInUid: string): string;
}

/** What a plugin adds. Data, not calls: the host decides when and how to use it. */
export interface Contribution {
  readonly routes?: readonly Route[];
  /** Shown on the start page. */
  readonly entrances?: readonly Entrance[];
  readonly recovery?: readonly Recovery[];
  /** Asked in this order, after `login`. */
  readonly prompts?: readonly PromptContribution[];
  readonly jobs?: readonly Job[];
  /** Resolves when healthy, throws with the reason otherwise; part of `/readyz`. */
  readonly health?: () => Promise<void>;
  /** Development profile, first start: changes that register what the plugin can, committed with the person. */
  readonly demo?: (person: DemoPerson) => Promise<readonly Change[]>;
  /** Runs once after everything has started and before the first request; a failure stops the start. */
  readonly start?: () => Promise<void>;
}

/** A capability that the host runs without knowing it by name. */
export interface Plugin<C = unknown> {
  readonly name: string;
  /** Its section `plugins.<name>` of the configuration. */
  readonly config: z.ZodType<C>;
  /** Collections that its store must have. */
  readonly collections?: readonly Collection[];
  /** Its part of the audit catalogue: type to the sentence that the reference documentation prints. */
  readonly auditEvents?: Readonly<Record<string, string>>;
  /** Folder from the package root that holds its `views/` and `messages/`. */
  readonly folder?: string;
  setup(host: Host, config: C): Contribution | Promise<Contribution>;
}

export const definePlugin = <C>(plugin: Plugin<C>): Plugin<C> => plugin;

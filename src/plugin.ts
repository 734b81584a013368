import type { z } from 'zod';
import type { Audit, EventCatalogue } from './audit/event.ts';
import type { History } from './audit/history.ts';
import type { Account, Accounts, Passwords } from './directory/account.ts';
import type { AttributeOwners } from './directory/attribute-sources.ts';
import type { DeclaredAttribute } from './directory/declared-attribute.ts';
import type { Groups } from './directory/groups.ts';
import type { By, People } from './directory/people.ts';
import type { Person } from './directory/person.ts';
import type { Freezes } from './directory/freezes.ts';
import type { PasswordHashing } from './directory/password-hashing.ts';
import type { Entrance, MessageRef, Route } from './http/route.ts';
import type { Service } from './http/service.ts';
import type { AccessTokens, Resource } from './oidc/access-tokens.ts';
import type { Clock } from './kernel/clock.ts';
import type { ChannelName } from './notify/channel.ts';
import type { Log } from './kernel/log.ts';
import type { Metrics } from './kernel/metrics.ts';
import type { TemplateCatalogue } from './kernel/operator-templates.ts';
import type { Random } from './kernel/random.ts';
import type { Job } from './kernel/schedule.ts';
import type { Secrets } from './kernel/secrets.ts';
import type { Limits } from './limits/limit.ts';
import type { Refusal } from './notify/conclusion.ts';
import type { Notify } from './notify/message.ts';
import type { CommandContribution } from './plugin-command.ts';
import type { DoctorContext, Finding } from './plugin-doctor.ts';
import type { PausedWay, PromptContribution, Recovery, SignInStep, WayIn } from './plugin-sign-in.ts';
import type { Sessions } from './sign-in/sessions.ts';
import type { KnownBrowsers, RememberedBrowsers, SignIns } from './sign-in/sign-ins.ts';
import type { Change, Collection, Store } from './store/port.ts';

export { claimName, duration, file, httpAddress, scopeName, secret } from './config/fields.ts';
export type { Audit, AuditEvent, EventCatalogue } from './audit/event.ts';
export type { History, PastEvent } from './audit/history.ts';
export { PasswordRefused } from './directory/account.ts';
export type {
  Account,
  Accounts,
  AuthorityRules,
  Barred,
  MustChange,
  PasswordAge,
  PasswordOrigin,
  Passwords,
  PasswordState,
  Preflight,
  RefusalFacts,
  Trial,
  Unlocking,
  Verification,
} from './directory/account.ts';
export type { Attributes } from './directory/attributes.ts';
export type { AttributeValue, DeclaredAttribute } from './directory/declared-attribute.ts';
export { groups, memberships } from './directory/group.ts';
export type { Group, Membership } from './directory/group.ts';
export type { Groups, GroupUpdate, NewGroup } from './directory/groups.ts';
export type { AttributePatch, By, NewPerson, People } from './directory/people.ts';
export { people, ruledNames } from './directory/person.ts';
export type { Person } from './directory/person.ts';
export type { Freeze, Freezes } from './directory/freezes.ts';
export { get, json, page, post, redirect } from './http/route.ts';
export type { Answer, Cookies, Entrance, MessageRef, Route, Visit } from './http/route.ts';
export type { Call, Reply, Service } from './http/service.ts';
export type { Limit, Limits } from './limits/limit.ts';
export type { ChannelName } from './notify/channel.ts';
export type { Refusal } from './notify/conclusion.ts';
export type { Message, Notify } from './notify/message.ts';
export type { TelephoneNumber } from './notify/phone-number.ts';
export type {
  CommandArgument,
  CommandContext,
  CommandContribution,
  CommandOption,
  CommandOutput,
} from './plugin-command.ts';
export type { DoctorContext, Finding } from './plugin-doctor.ts';
export type {
  PausedWay,
  PromptContribution,
  PromptQuestion,
  Recovery,
  SignInStep,
  StepQuestion,
  WayIn,
} from './plugin-sign-in.ts';
export type { AccessToken, AccessTokens, Resource } from './oidc/access-tokens.ts';
export { meets, reaches } from './sign-in/levels.ts';
export type { Acr, WantedAcr } from './sign-in/levels.ts';
export type { Admission, CurrentSession, OpenSession, Renewal, Sessions } from './sign-in/sessions.ts';
export type {
  HalfSignIn,
  KnownBrowsers,
  Rechecked,
  RememberedBrowser,
  RememberedBrowsers,
  RunningSignIn,
  SignIns,
  StepProof,
} from './sign-in/sign-ins.ts';

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
  /** Figures for operators; they go nowhere where nobody may look. */
  readonly metrics: Metrics;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  /** People and groups, to be written by what provisions them. Absent in a foreign host, which keeps its own. */
  readonly directory?: DirectoryAccess;
  /** Access tokens of this provider. Absent in a foreign host and on the command line. */
  readonly accessTokens?: AccessTokens;
  /** Absent in a foreign host, whose sign-ins only it can refuse. */
  readonly freezes?: Freezes;
  /** Slow hashes for other things that people know by heart, in the same queue as passwords. */
  readonly hashing: Pick<PasswordHashing, 'hash' | 'verify' | 'verifyNothing'>;
  readonly browsers: KnownBrowsers;
  readonly signIns: SignIns;
  /** Absent in a foreign host, whose sign-in has no steps of ours to be remembered. */
  readonly remembered?: RememberedBrowsers;
  /** Absent in a foreign host, which keeps the sessions itself: pages about them cannot be served there. */
  readonly sessions?: Sessions;
  readonly limits: Limits;
  readonly notify: Notify;
  readonly audit: Audit;
  readonly history: History;
  /** Runs a job of this plugin soon. */
  kick(job: string): void;
}

/** Who other than its owner set a password: an administrator here, or somebody in the directory that keeps it. */
export type SetBy = 'administrator' | 'directory';

/** Of an account that was to be unlocked: it was, or it is open now and nobody knows by whom. */
export type UnlockFound = 'unlocked' | 'open';

/** What plugins say of a password that somebody other than its owner is about to set. */
export interface PasswordJudgement {
  /** Why it may not be set, for operators: ends of sentences that begin "the password". Nothing where it may. */
  readonly faults: readonly string[];
  /** The one fault is that it is the present password or was one of the last: whoever may set one could set it else. */
  readonly usedBefore?: boolean;
  /** What to commit with the password, such as that a rule could not be judged. */
  readonly changes: readonly Change[];
}

export interface DirectoryAccess {
  readonly people: People;
  readonly groups: Groups;
  /** Somebody who is about to be created, and so in no group. */
  accountOf(person: Person): Account;
  /**
   * By the rules of all plugins. `account` may be one that is about to be created. Throws `unavailable` where a rule cannot
   * be judged that must be.
   */
  judgedPassword(account: Account, password: string, event: By): Promise<PasswordJudgement>;
  /**
   * What belongs to a password that was set without its owner's doing it here: what plugins have open ends, the owner
   * hears of it, the log says so. Commit it with the password, or with what made it known and `people.signingOut`.
   */
  passwordSet(account: Account, by: SetBy, event: By): Promise<readonly Change[]>;
  /**
   * What belongs to an unlock that was asked for here and of which nobody was told, because a process died: the owner hears
   * of it, pauses of sign-ins end, the log says so. Commit it with what made it known.
   */
  unlockFound(account: Account, found: UnlockFound, event: By): Promise<readonly Change[]>;
  /** What plugins do about somebody who comes back (`people.restoring`), to be committed with it. */
  restored(accountId: string): Promise<readonly Change[]>;
}

/** Someone made for trying the product out, who is to begin with what a real person would have registered before. */
export interface DemoPerson {
  readonly account: Account;
  /** An address other than the account's own, which counts as proved by the person. */
  readonly alternateMail: string;
}

/** What visitors of the demo need to see to be somebody of it, such as the key of an app. */
export interface DemoFact {
  readonly label: MessageRef;
  readonly value: string;
  /** Where it can be used at once. */
  readonly href?: string;
  /** It stays what it is: the terminal tells it at the first start. */
  readonly lasting: boolean;
}

/** What a plugin adds. Data, not calls: the host decides when and how to use it. */
export interface Contribution {
  readonly routes?: readonly Route[];
  /** Shown on the start page. */
  readonly entrances?: readonly Entrance[];
  readonly recovery?: readonly Recovery[];
  readonly whilePaused?: readonly PausedWay[];
  /** Asked in this order, after `login`. */
  readonly prompts?: readonly PromptContribution[];
  /** Asked in this order after every proof; the first that is needed is shown. */
  readonly steps?: readonly SignInStep[];
  readonly waysIn?: readonly WayIn[];
  /** Interfaces for programs below prefixes of their own. */
  readonly services?: readonly Service[];
  /** APIs of its own that access tokens of this provider may be meant for. */
  readonly resources?: readonly Resource[];
  readonly jobs?: readonly Job[];
  /** Resolves when healthy, throws with the reason otherwise; part of `/readyz`. */
  readonly health?: () => Promise<void>;
  /** Development profile, first start: changes that register what the plugin can, committed with the person. */
  readonly demo?: (person: DemoPerson) => Promise<readonly Change[]>;
  /** Asked whenever the demo page shows somebody: what they were begun with, as it is now. */
  readonly demoFacts?: (accountId: string) => Promise<readonly DemoFact[]>;
  /**
   * Told once of each message whose destination was refused for good, at once or later by a receipt: the changes to
   * commit with it. It may be asked again when they conflict.
   */
  readonly undeliverable?: (refusal: Refusal) => Promise<readonly Change[]>;
  /** Runs once after everything has started and before the first request; a failure stops the start. */
  readonly start?: () => Promise<void>;
}

/** What an installation has that the options of a plugin may need. */
export interface Installation {
  readonly profile: 'development' | 'production';
  /** Ways to people that lead somewhere; in development all of them end in the mailbox page. */
  readonly channels: readonly ChannelName[];
  /** Names of attributes of people that rules may go by, besides `ruledNames`. */
  readonly attributes: readonly string[];
}

/** Something wrong with the options of a plugin. */
export interface OptionFault {
  /** Within its section. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What there is before plugins are set up, for servers and for the command line. */
export interface OpeningParts extends Pick<
  Host,
  'issuer' | 'profile' | 'clock' | 'random' | 'secrets' | 'log' | 'metrics' | 'store' | 'hashing' | 'audit' | 'limits'
> {
  /** All the rest; not before everything was put together. */
  host(): Host;
}

/** What a plugin keeps open from before its set-up on, such as connections to a directory. */
export interface Opened {
  /** Who verifies and sets passwords, by the name that the records of their people hold; none is called `local`. */
  readonly authorities?: Readonly<Record<string, Passwords>>;
  stop?(): Promise<void>;
}

/** A capability that the host runs without knowing it by name. */
export interface Plugin<C = unknown, O extends Opened = Opened> {
  readonly name: string;
  /** Its section `plugins.<name>` of the configuration. */
  readonly config: z.ZodType<C>;
  /** What options ask for that this installation cannot give: told with all other faults, before anything starts. */
  faults?(config: C, installation: Installation): readonly OptionFault[];
  /** What people have by its options: rules go by it, and apps are told of it where it has a claim. */
  attributes?(config: C): readonly DeclaredAttribute[];
  /** Sources that write single attributes of everybody, by its options, whoever brought the people. */
  attributeOwners?(config: C): AttributeOwners;
  /** Collections that its store must have. */
  readonly collections?: readonly Collection[];
  /** Its part of the audit catalogue. */
  readonly auditEvents?: EventCatalogue;
  /** Messages that operators may write in their own words, by name. */
  readonly templates?: TemplateCatalogue;
  /** Folder from the package root that holds its `views/` and `messages/`. */
  readonly folder?: string;
  /** Added to the command line; `setup` does not run there. */
  readonly commands?: readonly CommandContribution<C, O>[];
  /** What `latchkey doctor` is to tell of it. What it throws is told as an error of its own. */
  doctor?(context: DoctorContext<C, O>): Promise<readonly Finding[]>;
  /** What the first word of its commands is about, for words that are its own. */
  readonly commandGroups?: Readonly<Record<string, string>>;
  /**
   * Told where somebody other than its owner set a password, by a command or by provisioning: changes to commit with it.
   * What an epoch ends has ended without them.
   */
  passwordSet?(host: Host, config: C, account: Account, by: SetBy): Promise<readonly Change[]>;
  /** Told where an unlock came to light of which no page could tell: changes to commit with it. */
  unlockFound?(host: Host, config: C, account: Account, found: UnlockFound): Promise<readonly Change[]>;
  /** Asked before a password is set by provisioning, which nobody typed on a page of the plugin's. */
  judgesPassword?(host: Host, config: C, account: Account, password: string, event: By): Promise<PasswordJudgement>;
  /**
   * Told where somebody who was deleted is brought back by the source that deleted them: changes to commit with it.
   * What the plugin keeps under their id was theirs, some time ago.
   */
  restored?(host: Host, config: C, accountId: string): Promise<readonly Change[]>;
  /** Runs first, on the command line as well; it must not wait for the network. */
  open?(parts: OpeningParts, config: C): O | Promise<O>;
  /** @param opened what `open` gave; nothing in it where there is no `open` */
  setup(host: Host, config: C, opened: O): Contribution | Promise<Contribution>;
}

export const definePlugin = <C, O extends Opened = Opened>(plugin: Plugin<C, O>): Plugin<C, O> => plugin;

import type { Account, MustChange } from './directory/account.ts';
import type { MessageRef } from './http/route.ts';
import type { Acr, WantedAcr } from './sign-in/levels.ts';
import type { RunningSignIn } from './sign-in/sign-ins.ts';

/** The state of a sign-in when a prompt is asked whether it has something to say. */
export interface PromptQuestion {
  readonly accountId: string;
  readonly sessionUid: string;
  /** When the person last proved themselves in this session (epoch milliseconds); old proof changes no methods. */
  readonly authenticatedAt: number;
  readonly clientId: string;
  /** `prompt=none`: a page cannot be shown, so asking for one ends the request with an error. */
  readonly silent: boolean;
  /** On the way to a page of our own, such as the one that manages methods: what may be put off would be in its way. */
  readonly ownPage: boolean;
}

/** What a step is asked after each proof. */
export interface StepQuestion {
  readonly account: Account;
  readonly signIn: RunningSignIn;
  /** Hash of the browser, for `remembered`. */
  readonly browser: string;
  /** What was proved so far: methods (RFC 8176) and the level that they make. */
  readonly amr: readonly string[];
  readonly acr: Acr;
  readonly wanted: WantedAcr;
  /** Whether that is what the app asks for; a browser that is remembered proves nothing where it is not. */
  readonly met: boolean;
  /** Nothing but a level is missing to a session of before; its password was not asked for now. */
  readonly stepUp: boolean;
  /** The password that was given is good for nothing but choosing another one: some step has to see to that. */
  readonly mustChange?: MustChange;
}

/**
 * A page between the right password (or another beginning) and the session, such as a second factor. It asks
 * `signIns.half` who is there, and hands what was proved to `signIns.prove`. A foreign host has no steps.
 */
export interface SignInStep {
  /** For the log: what the sign-in waits for. */
  readonly name: string;
  /** Whether it is due, with what was proved so far: a step that was taken has to find itself no longer needed. */
  needed(question: StepQuestion): Promise<boolean>;
  /** Path of its page, under `/interaction/<uid>/`. */
  path(uid: string): string;
}

/** A way to sign in without the password, such as a passkey, offered on the sign-in page; not in a foreign host. */
export interface WayIn {
  readonly label: MessageRef;
  /** Path of its page, under `/interaction/<uid>/`; the page hands what was proved to `signIns.begin`. */
  path(uid: string): string;
  /** Name of an asset: a script that the sign-in page loads, in which `data-path` of the way's link is that path. */
  readonly script?: string;
}

/** A page between the password and the app, on the same authorization request. */
export interface PromptContribution {
  readonly name: string;
  /** Machine-readable cause, for native and API clients. */
  readonly reason: string;
  readonly description: string;
  /** All prompts of a request are asked the same question, the same object: what one has read serves the others. */
  needed(question: PromptQuestion): Promise<boolean>;
  /** Path of its page, under `/interaction/<uid>/`. */
  path(uid: string): string;
}

/** A way on for someone who cannot sign in, offered on the page that asks for the password. */
export interface Recovery {
  readonly label: MessageRef;
  /** It opens a frozen account again, and is offered where somebody wants to sign in to one. */
  readonly reopens?: true;
  path(signInUid: string): string;
}

/** A way on while sign-ins are paused, offered then on the page that asks for the password. */
export interface PausedWay {
  readonly label: MessageRef;
  /** Takes the typed name as `username` and the sign-in as `sign_in` by a form: names of people stand in no address. */
  readonly path: string;
}

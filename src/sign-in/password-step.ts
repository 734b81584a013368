import type { Audit, AuditEvent } from '../audit/event.ts';
import type { Account, Accounts, Barred, MustChange, Passwords, Verification } from '../directory/account.ts';
import type { Visit } from '../http/route.ts';
import { AppError } from '../kernel/errors.ts';
import type { Change, Store } from '../store/port.ts';
import type { Admission, Attempt, SignInGuard } from './guard.ts';
import type { KnownBrowsers } from './sign-ins.ts';

export interface PasswordStepParts {
  readonly store: Store;
  readonly audit: Audit;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly guard: SignInGuard;
  readonly browsers: Pick<KnownBrowsers, 'knows'>;
}

export interface Typed {
  readonly username: string;
  readonly password: string;
}

export type Admitted = Extract<Admission, { kind: 'admitted' }>;

/** What came of a name and a password. Only who proved the password hears more than `wrong`. */
export type PasswordOutcome =
  | {
      readonly kind: 'right';
      readonly account: Account;
      readonly attempt: Admitted;
      /** It is good for nothing but choosing another one. */
      readonly mustChange?: MustChange;
    }
  | { readonly kind: 'disabled' }
  /** The directory lets them in no more, not now or not from here. */
  | { readonly kind: 'barred'; readonly reason: Barred }
  | { readonly kind: 'wrong' }
  /** Whoever knows this password does not answer: nothing was judged, and nothing is counted. */
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'paused'; readonly until: number };

export type PasswordStep = (visit: Visit<unknown>, clientId: string, typed: Typed) => Promise<PasswordOutcome>;

/**
 * Verifies a name and a password behind the guard, and writes down what was wrong with it. What is right is for the
 * sign-in to write down, which may have further steps.
 */
export const passwordStep = (parts: PasswordStepParts): PasswordStep => {
  const { store, audit, accounts, passwords, guard, browsers } = parts;

  const event = (
    visit: Visit<unknown>,
    clientId: string,
    more: Pick<AuditEvent, 'type' | 'result'> & Partial<AuditEvent>,
  ): Change => {
    const { address, agent, correlation } = visit;
    return audit.event({ method: 'pwd', clientId, address, agent, correlation, ...more });
  };

  /** Of whom the log speaks: somebody by id, a name that matched nobody by its keyed hash. */
  const about = (account: Account | undefined, { username }: Typed): Partial<AuditEvent> =>
    account ? { subject: account.id } : { typedName: username };

  const verify = async (
    account: Account | undefined,
    { knownBrowser }: Attempt,
    admitted: Admitted,
    { username, password }: Typed,
  ): Promise<Verification> => {
    try {
      if (account) return await passwords.verify(account, password, { known: knownBrowser !== undefined });
      return await passwords.verifyNobody(password, username);
    } catch (error) {
      await admitted.withdraw();
      throw error;
    }
  };

  const attemptOf = async (visit: Visit<unknown>, typed: Typed, account: Account | undefined): Promise<Attempt> => {
    const { username: typedName, password } = typed;
    if (!account) return { typedName, password };
    const known = await browsers.knows(visit.browser, account.id);
    return { typedName, password, accountId: account.id, ...(known && { knownBrowser: visit.browser }) };
  };

  type Note = (event: Pick<AuditEvent, 'type' | 'result'> & Partial<AuditEvent>) => Promise<unknown>;

  const wrong = async (note: Note, pausedUntil: number | undefined): Promise<PasswordOutcome> => {
    if (pausedUntil === undefined) return { kind: 'wrong' };
    await note({ type: 'signin.paused', result: 'refused' });
    return { kind: 'paused', until: pausedUntil };
  };

  /** What came of a password that opens nothing. Only who proved it hears more than `wrong`. */
  const refused = async (
    note: Note,
    verification: Verification,
    { knownBrowser }: Attempt,
    admission: Admitted,
  ): Promise<PasswordOutcome> => {
    const { outcome } = verification;
    switch (outcome) {
      case 'disabled':
      case 'barred': {
        await admission.withdraw();
        const reason = outcome === 'barred' ? verification.reason : outcome;
        await note({ type: 'signin.refused', result: 'refused', reason });
        return outcome === 'barred' ? { kind: outcome, reason: verification.reason } : { kind: outcome };
      }
      case 'unavailable':
        await admission.withdraw();
        await note({ type: 'signin.failure', result: 'failure', reason: outcome });
        return { kind: outcome };
      case 'paused':
        await note({ type: 'signin.failure', result: 'refused', reason: outcome });
        // Strangers see what they see of a name that nobody bears, to which no directory holds them back.
        return knownBrowser === undefined
          ? wrong(note, admission.pausedUntil)
          : { kind: outcome, until: verification.until };
      default:
        await note({ type: 'signin.failure', result: 'failure', reason: outcome });
        return wrong(note, admission.pausedUntil);
    }
  };

  return async (visit, clientId, typed) => {
    const found = await accounts.byName(typed.username);
    const account = found?.kind === 'person' ? found : undefined;
    const note: Note = (more) => store.commit([event(visit, clientId, { ...about(account, typed), ...more })]);

    const attempt = await attemptOf(visit, typed, account);
    const admission = await guard.admit(attempt);
    if (admission.kind === 'paused') {
      await note({ type: 'signin.failure', result: 'refused', reason: 'paused' });
      return admission;
    }
    if (admission.kind === 'wrong') {
      await passwords.verifyNobody(typed.password, typed.username);
      await note({ type: 'signin.failure', result: 'refused', reason: 'paused' });
      return wrong(note, admission.pausedUntil);
    }

    const verification = await verify(account, attempt, admission, typed);
    if (account && (verification.outcome === 'right' || verification.outcome === 'must-change')) {
      const present = verification.renewed ? await accounts.byId(account.id) : account;
      if (!present) throw new AppError('unavailable', 'the account went away while its password was judged');
      const mustChange = verification.outcome === 'must-change' && { mustChange: verification.reason };
      return { kind: 'right', account: present, attempt: admission, ...mustChange };
    }
    return refused(note, verification, attempt, admission);
  };
};

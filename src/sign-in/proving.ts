import type { Audit } from '../audit/event.ts';
import type { Account, Accounts } from '../directory/account.ts';
import type { Freezes } from '../directory/freezes.ts';
import { page, redirect, type Answer, type Visit } from '../http/route.ts';
import { MINUTE, type Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Recovery, SignInStep } from '../plugin.ts';
import type { Store } from '../store/port.ts';
import type { Interactions, KeptHalf, OpenSignIn } from './interactions.ts';
import { meets, together } from './levels.ts';
import { OWN_PAGES } from './own-pages.ts';
import type { Admitted, PasswordStep } from './password-step.ts';
import type { Rechecked, SignIns, StepProof } from './sign-ins.ts';
import { dueStep } from './steps.ts';
import type { Welcome } from './welcome.ts';

export interface ProvingParts {
  readonly password: PasswordStep;
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly freezes: Pick<Freezes, 'of'>;
  readonly interactions: Interactions;
  readonly steps: readonly SignInStep[];
  readonly recovery: readonly Recovery[];
  readonly welcome: Welcome;
}

/** Sign-ins as plugins see them, and what our own pages need besides. */
export interface Proving extends SignIns {
  /** As `begin`, with a password behind the guard. */
  beginByPassword(visit: Visit<unknown>, proof: StepProof, attempt: Admitted): Promise<Answer>;
  /** Where a sign-in goes on that was begun already, or that only lacks a level; undefined where it has to begin. */
  goOn(visit: Visit<unknown>, signIn: OpenSignIn): Promise<Answer | undefined>;
}

/** How long what was proved waits for the next step (milliseconds). */
const LIFETIME = 15 * MINUTE;

export const createProving = (parts: ProvingParts): Proving => {
  const { store, audit, clock, accounts, freezes, interactions, password, steps, recovery, welcome } = parts;

  const note = async (
    visit: Visit<unknown>,
    { clientId }: OpenSignIn,
    { accountId, amr }: KeptHalf,
    event: { type: 'signin.proved' | 'signin.refused'; result: 'success' | 'refused'; reason: string },
  ): Promise<void> => {
    const { address, agent, correlation } = visit;
    const method = amr.filter((each) => each !== 'mfa').join(' ');
    await store.commit([audit.event({ ...event, subject: accountId, method, clientId, address, agent, correlation })]);
  };

  /** What was proved so far: in this sign-in, or in the session where its level is all that is missing. */
  const halfOf = ({ browser }: Visit<unknown>, { half, session }: OpenSignIn): KeptHalf | undefined => {
    if (half?.browser === browser && half.expiresAt > clock.now()) return half;
    return session && { ...session, stepUp: true, browser, expiresAt: clock.now() + LIFETIME, counters: [] };
  };

  const unmet = async (visit: Visit<unknown>, signIn: OpenSignIn, half: KeptHalf): Promise<Answer> => {
    const error = 'unmet_authentication_requirements';
    await note(visit, signIn, half, { type: 'signin.refused', result: 'refused', reason: error });
    return interactions.refuse(visit, error);
  };

  /** Whoever proved themselves hears why it is not enough; everybody else hears what they always do. */
  const frozen = async (visit: Visit<unknown>, signIn: OpenSignIn, half: KeptHalf): Promise<Answer> => {
    await note(visit, signIn, half, { type: 'signin.refused', result: 'refused', reason: 'frozen' });
    const ways = recovery
      .filter(({ reopens }) => reopens)
      .map(({ label, path }) => ({ label, path: path(signIn.uid) }));
    return page('sign-in-frozen', { recovery: ways }, { status: 403 });
  };

  /** Asks for the step that is due; where there is none the sign-in is whole. */
  const advance = async (
    visit: Visit<unknown>,
    signIn: OpenSignIn,
    { half, account, attempt }: { half: KeptHalf; account: Account; attempt?: Admitted },
  ): Promise<Answer> => {
    if (await freezes.of(account.id)) {
      await attempt?.withdraw();
      return frozen(visit, signIn, half);
    }
    const due = await dueStep(steps, signIn, visit.browser, account, half);
    if (due) {
      // What was counted against a guesser is taken back, and what others have tried stays until the sign-in is whole.
      await attempt?.withdraw();
      await note(visit, signIn, half, { type: 'signin.proved', result: 'success', reason: due.name });
      await interactions.keep(visit, half);
      return redirect(due.path(signIn.uid));
    }
    // It holds whatever plugins there are: a password for once opens nothing else.
    if (half.mustChange !== undefined) throw new AppError('internal', 'no step lets people choose another password');
    if (signIn.wanted.essential && !meets(half.acr, signIn.wanted)) {
      await attempt?.withdraw();
      return unmet(visit, signIn, half);
    }
    return interactions.signIn(visit, half, () => welcome(visit, signIn, half));
  };

  const begin = async (visit: Visit<unknown>, proof: StepProof, attempt?: Admitted): Promise<Answer> => {
    const { account, at, rememberUntil, mustChange } = proof;
    const signIn = await interactions.open(visit);
    if (!account.active || account.kind !== 'person') throw new AppError('forbidden', 'this account does not sign in');
    const half: KeptHalf = {
      accountId: account.id,
      epoch: account.epoch,
      ...together(proof, proof),
      at,
      stepUp: false,
      browser: visit.browser,
      expiresAt: clock.now() + LIFETIME,
      counters: attempt?.counters ?? [],
      ...(rememberUntil !== undefined && { rememberUntil }),
      ...(mustChange !== undefined && { mustChange }),
    };
    return advance(visit, signIn, { half, account, ...(attempt && { attempt }) });
  };

  const prove = async (visit: Visit<unknown>, proof: StepProof): Promise<Answer> => {
    const { account, at, rememberUntil } = proof;
    const signIn = await interactions.open(visit);
    const before = halfOf(visit, signIn);
    if (before?.accountId !== account.id || before.epoch !== account.epoch) {
      throw new AppError('flow_out_of_order', 'nothing was proved before this step');
    }
    const half: KeptHalf = {
      ...before,
      ...together(before, proof),
      // The session goes on as old as it is: its password was not asked for again.
      at: before.stepUp ? before.at : at,
      ...(rememberUntil !== undefined && { rememberUntil }),
    };
    return advance(visit, signIn, { half, account });
  };

  const goOn = async (visit: Visit<unknown>, signIn: OpenSignIn): Promise<Answer | undefined> => {
    const half = halfOf(visit, signIn);
    const account = half && (await accounts.byId(half.accountId));
    if (!account) return undefined;
    const due = await dueStep(steps, signIn, visit.browser, account, half);
    if (due) return redirect(due.path(signIn.uid));
    if (!half.stepUp) return undefined;
    return signIn.wanted.essential ? unmet(visit, signIn, half) : interactions.signIn(visit, half);
  };

  /** Whether nothing but a wish of the app keeps the sign-in from being whole. */
  const lacksWishOnly = async (visit: Visit<unknown>, signIn: OpenSignIn, half: KeptHalf): Promise<boolean> => {
    const account = await accounts.byId(half.accountId);
    if (signIn.wanted.essential || meets(half.acr, signIn.wanted) || account?.epoch !== half.epoch) return false;
    const unwished = { ...signIn, wanted: { values: [], essential: false } };
    return (await dueStep(steps, unwished, visit.browser, account, half)) === undefined;
  };

  const giveUp = async (visit: Visit<unknown>): Promise<Answer> => {
    const signIn = await interactions.open(visit);
    const half = halfOf(visit, signIn);
    if (half && signIn.wanted.essential && !meets(half.acr, signIn.wanted)) return unmet(visit, signIn, half);
    if (signIn.session) return interactions.signIn(visit, signIn.session);
    if (half && (await lacksWishOnly(visit, signIn, half))) {
      return interactions.signIn(visit, half, () => welcome(visit, signIn, half));
    }
    return interactions.refuse(visit, 'access_denied');
  };

  const due = async (visit: Visit<unknown>): Promise<string | undefined> => {
    const signIn = await interactions.open(visit);
    const half = halfOf(visit, signIn);
    const account = half && (await accounts.byId(half.accountId));
    return account && (await dueStep(steps, signIn, visit.browser, account, half))?.name;
  };

  const recheck = async (
    visit: Visit<unknown>,
    account: Account,
    typed: string,
    clientId = OWN_PAGES,
  ): Promise<Rechecked> => {
    const outcome = await password(visit, clientId, { username: account.userName, password: typed });
    if (outcome.kind === 'paused' || outcome.kind === 'unavailable') return outcome;
    if (outcome.kind !== 'right') return { kind: 'wrong' };
    // It signs nobody in: what others have tried stays counted.
    await outcome.attempt.withdraw();
    return { kind: outcome.account.id === account.id ? 'right' : 'wrong' };
  };

  return {
    details: (visit) => interactions.details(visit),
    finish: (visit, prompt, result) => interactions.finish(visit, prompt, result),
    path: (uid) => interactions.path(uid),
    owns: (visit, uid) => interactions.owns(visit, uid),
    sparing: (uid, userName) => interactions.sparing(uid, userName),
    renewing: (visit) => interactions.renewing(visit),
    due,
    recheck,
    naming: (uid, userName) => interactions.naming(uid, userName),
    begin: (visit, proof) => begin(visit, proof),
    beginByPassword: begin,
    prove,
    goOn,
    giveUp,
    half: async (visit) => halfOf(visit, await interactions.open(visit)),
    async startOver(visit) {
      const { uid } = await interactions.open(visit);
      await interactions.keep(visit, undefined);
      return redirect(interactions.path(uid));
    },
  };
};

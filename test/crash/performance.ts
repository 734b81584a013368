import { testClock } from '../support/clock.ts';
import type { TestClock } from '../support/clock.ts';
import { HttpBrowser } from '../support/http-browser.ts';
import { Inboxes } from '../support/inboxes.ts';
import { Person } from '../support/person.ts';
import type { Mail } from '../support/post-office.ts';
import { openPremises } from '../support/premises.ts';
import type { Premises } from '../support/premises.ts';
import { worldOn } from '../support/world.ts';
import type { World } from '../support/world.ts';
import type { Mortal, Mortals } from './mortals.ts';
import type { Memory, Scene, Story } from './story.ts';

/** Files on which everything is as it is when a story begins, at rest. */
export interface Prepared extends AsyncDisposable {
  readonly premises: Premises;
  readonly known: Parameters<typeof Person.known>[1];
  readonly memory: Memory;
  readonly epoch: number;
  /** Those that had arrived by then. */
  readonly mails: readonly Mail[];
  /** The time that it is then. */
  readonly now: number;
}

const epochOf = async ({ app }: World, id: string): Promise<number> => {
  const person = await app.foundation.directory.people.byId(id);
  if (!person) throw new Error(`there is nobody with the id ${id}`);
  return person.epoch;
};

export const prepare = async (story: Story): Promise<Prepared> => {
  await using stack = new AsyncDisposableStack();
  const premises = stack.use(await openPremises(story));
  using clock = testClock();
  clock.install();
  await using world = await worldOn(premises, clock);
  const person = await world.person('bob', story.somebody);
  const memory = (await story.prepare?.(world, person)) ?? {};
  await world.settle();
  const { id, userName, mail, alternateMail, password } = person;
  const epoch = await epochOf(world, id);
  const owned = stack.move();
  return {
    premises,
    known: { id, userName, mail, alternateMail, password },
    memory,
    epoch,
    mails: premises.post.mails,
    now: clock.now(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** Where the product dies: at a boundary of its own, or when others have what it gave them and have not said so yet. */
export type Injury =
  | { readonly boundary: string }
  /** The mail server has the mail of this number. */
  | { readonly mail: number }
  /** Called when the story begins; resolves with a name once the product stands still where somebody else saw it. */
  | { readonly elsewhere: (standStill: () => Promise<void>) => Promise<string> };

/** One telling of a story, on files of its own. */
export interface Performance extends AsyncDisposable {
  readonly premises: Premises;
  readonly clock: TestClock;
  readonly person: Person;
  readonly elsewhere: Person;
  /** The boundary at which the product stands still; absent where the story came to its end. */
  readonly boundary?: string;
  readonly passed: readonly string[];
  /** How many mails have arrived since the story began. */
  readonly mails: number;
  /** From now on it is told on what was started again. */
  goesOnWith(world: Pick<World, 'settle'>): void;
}

/** Resolves when the mail server has the mail of this number, with the product waiting to be told so. */
const mailTaken = ({ post }: Premises, mortal: Mortal, number: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let count = 0;
    post.whenTaken(async ({ subject }) => {
      count += 1;
      if (count !== number) return;
      await mortal.standStill().then(() => resolve(`taken, and not said to be: ${subject}`), reject);
      await new Promise(() => undefined);
    });
  });

/** Tells a story until its end, or until the product stands still. */
export const perform = async (
  story: Story,
  prepared: Prepared,
  mortals: Mortals,
  injury?: Injury,
): Promise<Performance> => {
  await using stack = new AsyncDisposableStack();
  const premises = stack.use(await openPremises(story, prepared.premises));
  const clock = testClock(prepared.now);
  const mortal = await mortals.start(premises.environment);
  const { issuer, party, otherParty, post } = premises;
  await Promise.all([party, otherParty].map((each) => each.discover(issuer)));
  let running: Pick<World, 'settle'> = mortal;
  const mail = new Inboxes(post, () => running.settle());
  const somebody = (): Person => {
    const browser = stack.use(new HttpBrowser(clock));
    return Person.known({ mail, party, issuer }, { ...prepared.known }, browser);
  };
  const [person, elsewhere] = [somebody(), somebody()];
  const { memory } = prepared;
  const { promise: begun, resolve: starts } = Promise.withResolvers<number>();
  const begins = async (): Promise<void> => {
    starts(post.mails.length);
    await mortal.begin(injury && 'boundary' in injury ? injury.boundary : undefined);
  };
  const stopped = (async () => {
    await begun;
    if (injury && 'elsewhere' in injury) return injury.elsewhere(() => mortal.standStill());
    return injury && 'mail' in injury ? mailTaken(premises, mortal, injury.mail) : mortal.still;
  })();
  const scene: Scene = {
    issuer,
    clock,
    person,
    elsewhere,
    mail,
    memory,
    begins,
    settle: () => mortal.settle(),
    later: (milliseconds) => mortal.later(milliseconds),
  };
  const told = story.tell(scene).then(() => undefined);
  const boundary = await Promise.race([told, stopped]);
  const passed = boundary === undefined ? await mortal.passed() : [];
  const owned = stack.move();
  return {
    premises,
    clock,
    person,
    elsewhere,
    ...(boundary === undefined ? {} : { boundary }),
    passed,
    mails: post.mails.length - (await begun),
    goesOnWith(world) {
      running = world;
      post.whenTaken(() => Promise.resolve());
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

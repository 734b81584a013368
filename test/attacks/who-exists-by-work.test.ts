import { expect } from 'chai';
import { QUESTIONS_ALONE } from '../../plugins/sspr/config.ts';
import {
  answersQuestions,
  givesCode,
  hasAlternateMail,
  hasQuestions,
  startsReset,
  startsUnlock,
} from '../sspr/registering.ts';
import { onEveryEngine, type Engine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { countedWork, type Work } from '../support/work.ts';
import { world, type ConfigTree, type World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const EVERYBODY = ['registered', 'unregistered', 'unknown', 'outside', 'disabled', 'service', 'blocked'] as const;
const FAILURES = 5;
const WRONG = '00000000';

const populated = (store: Engine, work: Work, sspr: ConfigTree = {}): Promise<World> =>
  world({ store, sspr: { exclude: ['Outside'], ...sspr }, surroundings: work.surroundings });

const populate = async (w: World): Promise<void> => {
  const registered = await w.person('registered');
  const outside = await w.person('outside', { groups: ['Outside'] });
  const disabled = await w.person('disabled', { active: false });
  const service = await w.person('service', { kind: 'service' });
  const blocked = await w.person('blocked');
  await w.person('unregistered');
  for (const person of [registered, outside, disabled, service, blocked]) {
    await hasAlternateMail(w, person);
    await hasQuestions(w, person);
  }
};

/** Other strangers than the one to come used up the failures of a person. */
const block = async (w: World, name: string, miss: (browser: HttpBrowser) => Promise<void>): Promise<void> => {
  for (let count = 0; count < FAILURES; count += 1) {
    const browser = w.browser();
    await startsReset(w, browser, name);
    await w.settle();
    await miss(browser);
    await w.settle();
  }
};

type Steps = Readonly<Record<string, readonly string[]>>;

/** Goes as a stranger through everything there is before the first proof, and tells what each request cost. */
class Walk {
  readonly steps: Record<string, readonly string[]> = {};
  readonly #world: World;
  readonly #work: Work;
  browser: HttpBrowser;

  constructor(w: World, work: Work) {
    this.#world = w;
    this.#work = work;
    this.browser = w.browser();
  }

  async opens(step: string, path: string): Promise<void> {
    this.steps[step] = await this.#work.during(() => this.browser.open(this.#world.issuer + path));
    expect(this.browser.status, step).to.equal(200);
    await this.#world.settle();
  }

  /** One request, and none that its answer leads to. */
  async posts(step: string, { url, fields }: ReturnType<HttpBrowser['prepared']>): Promise<void> {
    this.steps[step] = await this.#work.during(async () => {
      const { status } = await sendForm(this.browser, url, new URLSearchParams(fields).toString());
      expect(status, step).to.be.oneOf([200, 303, 422]);
    });
    await this.#world.settle();
  }
}

const byCode = async (w: World, work: Work, name: string, way = 'reset'): Promise<Steps> => {
  const walk = new Walk(w, work);
  await walk.opens('first page', `/${way}`);
  await walk.posts('name', walk.browser.prepared({ username: name }, way === 'reset' ? 'Start the reset' : 'Go on'));
  await walk.opens('gate', `/${way}/prove`);
  await walk.opens('gate of one method', `/${way}/prove/email`);
  await walk.posts('another mail', walk.browser.prepared({}, 'Send another mail'));
  const guess = walk.browser.prepared({ 'one-time-code': WRONG }, 'Check the code');
  // The last of these begins the block, where there is none.
  for (let count = 1; count <= FAILURES; count += 1) await walk.posts(`wrong code ${String(count)}`, guess);
  await walk.posts('code after the last', guess);
  await walk.opens('gate after the last', `/${way}/prove/email`);
  walk.browser = w.browser();
  await (way === 'reset' ? startsReset : startsUnlock)(w, walk.browser, name);
  await w.settle();
  await walk.posts('code during the block, in another browser', guessIn(walk.browser));
  return walk.steps;
};

const guessIn = (browser: HttpBrowser) => browser.prepared({ 'one-time-code': WRONG }, 'Check the code');

const byAnswers = async (w: World, work: Work, name: string): Promise<Steps> => {
  const walk = new Walk(w, work);
  await startsReset(w, walk.browser, name);
  await w.settle();
  const page = await walk.browser.heading();
  expect(page).to.equal('Answer your questions');
  const answers = walk.browser.prepared({ answer1: 'wrong', answer2: 'wrong', answer3: 'wrong' }, 'Check the answers');
  for (let count = 1; count <= FAILURES; count += 1) await walk.posts(`wrong answers ${String(count)}`, answers);
  await walk.posts('answers after the last', answers);
  return walk.steps;
};

/** Slow hashes, and what is written. */
const heavy = (steps: Steps): Steps =>
  Object.fromEntries(
    Object.entries(steps).map(([name, all]) => [
      name,
      all.filter((step) => !/^(get|getMany|getManyFields|find|findFields|count) /.test(step)),
    ]),
  );

onEveryEngine('the work of a reset before the first proof', (engine) => {
  it('is the same, step by step, for somebody and for nobody, and for whoever is blocked', async () => {
    const work = countedWork();
    await using w = await populated(engine, work);
    await populate(w);
    await block(w, 'blocked', (browser) => givesCode(browser, WRONG));
    const { registered, ...others } = await walks(w, work, byCode);
    expect(registered?.['wrong code 5']?.filter((step) => step.startsWith('commit'))).to.deep.equal([
      'commit swap ssprFlows, increment counters, increment counters, increment counters',
      'commit insert auditEvents, insert ssprMisses',
    ]);
    for (const [name, steps] of Object.entries(others)) expect(steps, name).to.deep.equal(registered);
  });

  it('is the same at an unlock, and as much as at a reset', async () => {
    const work = countedWork();
    await using w = await populated(engine, work);
    await populate(w);
    await block(w, 'blocked', (browser) => givesCode(browser, WRONG));
    const { registered = {}, ...others } = await walks(w, work, (...of) => byCode(...of, 'unlock'));
    for (const [name, steps] of Object.entries(others)) expect(steps, name).to.deep.equal(registered);
    const { 'code during the block, in another browser': atReset } = await byCode(w, work, 'unknown');
    expect(registered['code during the block, in another browser']).to.deep.equal(atReset);
  });

  it('queues no mail in a request, and hashes no password', async () => {
    const work = countedWork();
    await using w = await populated(engine, work);
    await populate(w);
    const steps = Object.values(await byCode(w, work, 'registered')).flat();
    expect(steps.filter((step) => step.includes('outbox') || step === 'slow hash')).to.deep.equal([]);
    const { mails } = await w.mail.to('registered@example.test');
    expect(mails.map(({ subject }) => subject)).to.deep.equal(['Too many wrong codes for your account']);
  });

  it('hashes and writes as much for answers to questions, also where they may be the only gate', async () => {
    const work = countedWork();
    const policies = [{ name: 'everybody', gates: 1, methods: ['questions'], questionsAlone: QUESTIONS_ALONE }];
    await using w = await populated(engine, work, { policies });
    await populate(w);
    await block(w, 'blocked', (browser) => answersQuestions(browser, (answer) => `${answer} wrong`));
    const { registered = {}, ...others } = await walks(w, work, byAnswers);
    expect(registered['wrong answers 1']?.filter((step) => step === 'slow hash')).to.have.length(3);
    for (const [name, steps] of Object.entries(others)) expect(heavy(steps), name).to.deep.equal(heavy(registered));
  });
});

const walks = async (
  w: World,
  work: Work,
  walk: (w: World, work: Work, name: string) => Promise<Steps>,
): Promise<Readonly<Record<string, Steps>>> => {
  const all: Record<string, Steps> = {};
  for (const name of EVERYBODY) all[name] = await walk(w, work, name);
  return all;
};

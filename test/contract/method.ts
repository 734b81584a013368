import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Change } from '../../src/store/port.ts';
import type { Challenge } from '../../plugins/sspr/collections.ts';
import type {
  Confirmed,
  Enrolment,
  Fields,
  Held,
  Method,
  Pending,
  Proved,
  RegistrationQuestion,
  Sending,
} from '../../plugins/sspr/methods/method.ts';

/** A method with somebody who has registered it, as its contract wants to see it. */
export interface MethodFixture<D> {
  readonly method: Method<D>;
  /** Fields with which `start` succeeds, and the answers that prove what was registered with them. */
  readonly enrolling: Fields;
  /** Words that must stand in nothing that is stored or shown. */
  readonly secrets: readonly string[];
  /** What no field of `enrolling` takes, for methods whose fields prove nothing; nothing at all among it unless given. */
  readonly nonsense?: readonly string[];
  readonly question: Omit<RegistrationQuestion, 'held'>;
  /** What the person types to confirm what was started; the code of the message unless given. */
  confirming?(pending: Pending, message: Sending | undefined): Fields | Promise<Fields>;
  /** What the person types to prove the method in a flow, given the message that was sent, if any. */
  answer(held: Held<D>, message: Sending | undefined, flowId: string): Fields | Promise<Fields>;
  /** What somebody is given, for methods that nobody registers by themselves. */
  given?(): D;
  /** Commits what goes with a registration, for methods that keep rows of their own. */
  commit?(changes: readonly Change[]): Promise<unknown>;
  /** Moves the clock. */
  later(milliseconds: number): void;
}

const FLOW = 'a-flow';

const NONSENSE = ['', ' ', 'x', 'x'.repeat(10_000), '\u0000', '\r\nBcc: x@example.test', '\ud800'];

const LANGUAGES = ['en', 'de'];

const lookUp = (language: string, key: string): unknown => {
  const file = JSON.parse(readFileSync(`plugins/sspr/messages/${language}.json`, 'utf8')) as unknown;
  return key
    .replace(/^sspr\./, '')
    .split('.')
    .reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], file);
};

/** Names of all fields, at any depth: those of the store's documents have letters and digits only. */
const fieldNames = (value: unknown): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [...(Array.isArray(value) ? [] : [name]), ...fieldNames(inner)]);

const enrolmentOf = <D>({ method }: MethodFixture<D>): Enrolment<D> => {
  if (!method.enrolment) throw new Error(`people do not register ${method.name} by themselves`);
  return method.enrolment;
};

const questionOf = <D>({ question }: MethodFixture<D>): RegistrationQuestion<D> => ({ ...question, held: [] });

const enrolled = async <D>(fixture: MethodFixture<D>, fields = fixture.enrolling) => {
  const started = await enrolmentOf(fixture).start(questionOf(fixture), fields);
  if (started.kind === 'refused') throw new Error(`refused: ${JSON.stringify(started.errors)}`);
  return started;
};

const register = async <D>(fixture: MethodFixture<D>): Promise<Held<D>> => {
  if (fixture.given) return { id: 'registered', data: fixture.given() };
  const started = await enrolled(fixture);
  if (started.kind === 'registered') {
    await fixture.commit?.(started.changes ?? []);
    return { id: 'registered', data: started.data };
  }
  const { pending, message } = started;
  await fixture.commit?.(started.changes ?? []);
  const fields = await (fixture.confirming?.(pending, message) ?? { code: message?.secret['code'] ?? '' });
  const confirmed: Confirmed<D> | undefined = await enrolmentOf(fixture).confirmation?.confirm(
    questionOf(fixture),
    pending,
    fields,
  );
  if (confirmed === undefined) throw new Error('the right confirmation was refused');
  await fixture.commit?.(confirmed.changes ?? []);
  return { id: 'registered', data: confirmed.data };
};

interface Asked<D> {
  readonly held: Held<D>;
  readonly challenge: Challenge | undefined;
  readonly message: Sending | undefined;
}

const where = { address: '192.0.2.7', agent: 'a browser' };

const asked = async <D>(fixture: MethodFixture<D>, flowId = FLOW, guessing = true): Promise<Asked<D>> => {
  const held = await register(fixture);
  const { method } = fixture;
  const issued = await method.proof.issue?.({ flowId, held: [held], guessing, seed: 'ann', purpose: 'reset', where });
  await fixture.commit?.(issued?.changes ?? []);
  const challenge = issued && { ...issued.challenge, method: method.name };
  return { held, challenge, message: issued?.message };
};

const pageOf = async <D>({ method, question }: MethodFixture<D>, { held, challenge }: Asked<D>) =>
  method.proof.page({ flowId: FLOW, held: [held], challenge, seed: 'ann', here: question.here });

const check = <D>(
  { method, question: { here } }: MethodFixture<D>,
  { held, challenge }: Pick<Asked<D>, 'challenge'> & { readonly held: Held<D> | undefined },
  fields: Fields,
  flowId = FLOW,
): Promise<Proved<D> | undefined> =>
  method.proof.check({ flowId, challenge, here, held: () => Promise.resolve(held ? [held] : []) }, fields);

/** Whether it was right, and told which registration it proved. */
const isRight = async <D>(...args: Parameters<typeof check<D>>): Promise<boolean> => {
  const proved = await check(...args);
  if (proved) expect(proved.registered).to.equal(args[1].held?.id);
  return proved !== undefined;
};

/** What every method promises, whatever it proves. */
export const methodContract = <D>(name: string, open: () => Promise<MethodFixture<D>>): void => {
  describe(`the method ${name}`, () => {
    it('registers data that its own shape reads and every store keeps', async () => {
      const fixture = await open();
      const { data } = await register(fixture);
      expect(fixture.method.data.parse(structuredClone(data))).to.deep.equal(data);
      expect(JSON.parse(JSON.stringify(data))).to.deep.equal(data);
      for (const field of fieldNames(data)) expect(field).to.match(/^[a-zA-Z0-9]+$/);
    });

    it('takes the right answer and no other', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const right = await fixture.answer(one.held, one.message, FLOW);
      expect(await isRight(fixture, one, right)).to.equal(true);
      for (const field of Object.keys(right)) {
        for (const wrong of ['', 'nonsense', '0', 'x'.repeat(10_000), '\u202e', "' OR 1=1 --", '{{7*7}}', '٠١٢٣٤٥٦٧']) {
          expect(await isRight(fixture, one, { ...right, [field]: wrong }), wrong).to.equal(false);
        }
        const { [field]: _left, ...rest } = right;
        expect(await isRight(fixture, one, rest), `without ${field}`).to.equal(false);
      }
      expect(await isRight(fixture, one, {})).to.equal(false);
    });

    it('says no where there is nobody, or nothing may be judged', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const right = await fixture.answer(one.held, one.message, FLOW);
      expect(await isRight(fixture, { held: undefined, challenge: one.challenge }, right)).to.equal(false);
      expect(await isRight(fixture, { held: undefined, challenge: undefined }, right)).to.equal(false);
    });

    it('keeps nothing that would open the gate in what is stored or shown', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const started = fixture.given ? undefined : await enrolled(fixture);
      const digits = (text: string): string => text.replace(/[ -]/g, '');
      const live = [...fixture.secrets, ...Object.values(one.message?.secret ?? {}).map(digits)];
      const shown = [fixture.method.describe(one.held.data), await pageOf(fixture, one)];
      const pending = started?.kind === 'pending' ? started.pending : {};
      for (const text of [one.held.data, one.challenge, pending, ...shown].map((value) =>
        JSON.stringify(value ?? null),
      )) {
        for (const secret of live) expect(text).not.to.contain(secret);
      }
    });

    it('refuses to register nonsense, each time at a field of its form and in both languages', async () => {
      const fixture = await open();
      const { enrolling, nonsense: refused = NONSENSE } = fixture;
      if (fixture.given) return;
      for (const nonsense of refused) {
        const fields = Object.fromEntries(Object.keys(enrolling).map((field) => [field, nonsense]));
        const started = await enrolmentOf(fixture).start(questionOf(fixture), fields);
        expect(started.kind, JSON.stringify(nonsense.slice(0, 20))).to.equal('refused');
        for (const [field, { key }] of started.kind === 'refused' ? Object.entries(started.errors) : []) {
          expect(enrolling).to.have.property(field);
          for (const language of LANGUAGES) expect(lookUp(language, key), `${language} ${key}`).to.be.a('string');
        }
      }
    });

    it('has its sentences in both languages, and its views', async () => {
      const { method } = await open();
      for (const language of LANGUAGES) {
        for (const key of ['name', 'held', 'use', method.given ? 'have' : 'add', 'wrong']) {
          expect(lookUp(language, `method.${method.name}.${key}`), `${language} ${key}`).to.be.a('string');
        }
      }
      const views = readdirSync(`plugins/sspr/views/${method.name}`);
      expect(views).to.include('prove.eta');
      if (method.enrolment) expect(views).to.include('register.eta');
      if (method.enrolment?.confirmation) expect(views).to.include('confirm.eta');
    });

    it('has answers that its forms take', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      if (!fixture.given) expect(enrolmentOf(fixture).form.safeParse(fixture.enrolling).success).to.equal(true);
      expect(fixture.method.proof.form.safeParse(await fixture.answer(one.held, one.message, FLOW)).success).to.equal(
        true,
      );
      expect(
        fixture.method.proof.form.safeParse({ ...(await fixture.answer(one.held, one.message, FLOW)), more: '' })
          .success,
      ).to.equal(false);
    });
  });
};

/** What methods promise besides that send something. */
export const sendingMethodContract = <D>(
  name: string,
  open: () => Promise<MethodFixture<D>>,
  lifetime: number,
): void => {
  describe(`the method ${name}, which sends something`, () => {
    it('takes an answer in the flow it was sent for, and in no other', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const right = await fixture.answer(one.held, one.message, FLOW);
      expect(await isRight(fixture, one, right, 'another-flow')).to.equal(false);
    });

    it('takes no answer to what was registered before', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const right = await fixture.answer(one.held, one.message, FLOW);
      const changed = { ...one, held: { ...one.held, id: 'registered anew' } };
      expect(await isRight(fixture, changed, right)).to.equal(false);
    });

    it('takes an answer in time', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const right = await fixture.answer(one.held, one.message, FLOW);
      fixture.later(lifetime - 1);
      expect(await isRight(fixture, one, right)).to.equal(true);
      fixture.later(1);
      expect(await isRight(fixture, one, right)).to.equal(false);
    });

    it('sends nothing to nobody, and leaves the same behind', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const nobody = await fixture.method.proof.issue?.({
        flowId: FLOW,
        held: [],
        guessing: true,
        seed: 'nobody',
        purpose: 'reset',
        where,
      });
      expect(nobody?.message).to.equal(undefined);
      const { method: _method, registered: _registered, ...left } = one.challenge ?? { method: '', until: 0, data: {} };
      expect(Object.keys(nobody?.challenge.data ?? {})).to.deep.equal(Object.keys(left.data));
      expect(nobody?.challenge.until).to.equal(left.until);
    });

    it('sends nothing that could be guessed at where guessing is blocked', async () => {
      const fixture = await open();
      const one = await asked(fixture, FLOW, false);
      expect(Object.keys(one.message?.secret ?? {})).not.to.include('code');
      for (const code of ['', '0', '00000000', 'undefined']) {
        expect(await isRight(fixture, one, { code })).to.equal(false);
      }
    });

    it('knows its own link and no other', async () => {
      const fixture = await open();
      const { challenge, message } = await asked(fixture);
      const { opens } = fixture.method.proof;
      if (!opens || !challenge) return;
      const secret = /\/reset\/link\/a-flow\.([\w-]{43})$/.exec(message?.secret['link'] ?? '')?.[1] ?? '';
      expect(opens(challenge, secret)).to.equal(true);
      for (const wrong of ['', secret.slice(1), `${secret}x`, 'undefined'])
        expect(opens(challenge, wrong)).to.equal(false);
      expect(opens({ ...challenge, data: {} }, '')).to.equal(false);
    });
  });
};

import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Challenge } from '../../plugins/sspr/collections.ts';
import type { Fields, Held, Method, RegistrationQuestion, Sending } from '../../plugins/sspr/methods/method.ts';

/** A method with somebody who has registered it, as its contract wants to see it. */
export interface MethodFixture<D> {
  readonly method: Method<D>;
  /** Fields with which `start` succeeds, and the answers that prove what was registered with them. */
  readonly enrolling: Fields;
  /** Words that must stand in nothing that is stored or shown. */
  readonly secrets: readonly string[];
  readonly question: RegistrationQuestion;
  /** What the person types to prove the method, given the message that was sent, if any. */
  answer(held: Held<D>, message: Sending | undefined): Fields;
  /** Moves the clock. */
  later(milliseconds: number): void;
}

const FLOW = 'a-flow';

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

const enrolled = async <D>({ method, enrolling, question }: MethodFixture<D>, fields = enrolling) => {
  const started = await method.enrolment.start(question, fields);
  if (started.kind === 'refused') throw new Error(`refused: ${JSON.stringify(started.errors)}`);
  return started;
};

const register = async <D>(fixture: MethodFixture<D>): Promise<Held<D>> => {
  const started = await enrolled(fixture);
  if (started.kind === 'registered') return { id: 'registered', data: started.data };
  const code = started.message?.secret['code'] ?? '';
  const data = fixture.method.enrolment.confirmation?.confirm(fixture.question, started.pending, { code });
  if (data === undefined) throw new Error('the right code was refused');
  return { id: 'registered', data };
};

interface Asked<D> {
  readonly held: Held<D>;
  readonly challenge: Challenge | undefined;
  readonly message: Sending | undefined;
}

const asked = async <D>(fixture: MethodFixture<D>, flowId = FLOW, guessing = true): Promise<Asked<D>> => {
  const held = await register(fixture);
  const { method } = fixture;
  const sent = method.proof.send?.(flowId, held, { guessing });
  const challenge = sent && { ...sent.challenge, method: method.name, registered: held.id };
  return { held, challenge, message: sent?.message };
};

const check = <D>(
  { method }: MethodFixture<D>,
  { held, challenge }: Pick<Asked<D>, 'challenge'> & { readonly held: Held<D> | undefined },
  fields: Fields,
  flowId = FLOW,
): Promise<boolean> => method.proof.check({ flowId, challenge, held: () => Promise.resolve(held) }, fields);

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
      const right = fixture.answer(one.held, one.message);
      expect(await check(fixture, one, right)).to.equal(true);
      for (const field of Object.keys(right)) {
        for (const wrong of ['', 'nonsense', '0', 'x'.repeat(10_000), '\u202e', "' OR 1=1 --", '{{7*7}}', '٠١٢٣٤٥٦٧']) {
          expect(await check(fixture, one, { ...right, [field]: wrong }), wrong).to.equal(false);
        }
        const { [field]: _left, ...rest } = right;
        expect(await check(fixture, one, rest), `without ${field}`).to.equal(false);
      }
      expect(await check(fixture, one, {})).to.equal(false);
    });

    it('says no where there is nobody, or nothing may be judged', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const right = fixture.answer(one.held, one.message);
      expect(await check(fixture, { held: undefined, challenge: one.challenge }, right)).to.equal(false);
      expect(await check(fixture, { held: undefined, challenge: undefined }, right)).to.equal(false);
    });

    it('keeps nothing that would open the gate in what is stored or shown', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const started = await enrolled(fixture);
      const digits = (text: string): string => text.replace(/[ -]/g, '');
      const live = [...fixture.secrets, ...Object.values(one.message?.secret ?? {}).map(digits)];
      const shown = [fixture.method.describe(one.held.data), fixture.method.proof.page(one.held, 'en', 'ann')];
      const pending = started.kind === 'pending' ? started.pending : {};
      for (const text of [one.held.data, one.challenge, pending, ...shown].map((value) =>
        JSON.stringify(value ?? null),
      )) {
        for (const secret of live) expect(text).not.to.contain(secret);
      }
    });

    it('refuses to register nonsense, each time at a field of its form and in both languages', async () => {
      const { method, enrolling, question } = await open();
      for (const nonsense of ['', ' ', 'x', 'x'.repeat(10_000), '\u0000', '\r\nBcc: x@example.test', '\ud800']) {
        const fields = Object.fromEntries(Object.keys(enrolling).map((field) => [field, nonsense]));
        const started = await method.enrolment.start(question, fields);
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
        for (const key of ['name', 'held', 'use', 'add', 'wrong']) {
          expect(lookUp(language, `method.${method.name}.${key}`), `${language} ${key}`).to.be.a('string');
        }
      }
      const views = readdirSync(`plugins/sspr/views/${method.name}`);
      expect(views).to.include.members(['prove.eta', 'register.eta']);
      if (method.enrolment.confirmation) expect(views).to.include('confirm.eta');
    });

    it('has answers that its forms take', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      expect(fixture.method.enrolment.form.safeParse(fixture.enrolling).success).to.equal(true);
      expect(fixture.method.proof.form.safeParse(fixture.answer(one.held, one.message)).success).to.equal(true);
      expect(
        fixture.method.proof.form.safeParse({ ...fixture.answer(one.held, one.message), more: '' }).success,
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
      const right = fixture.answer(one.held, one.message);
      expect(await check(fixture, one, right, 'another-flow')).to.equal(false);
    });

    it('takes no answer to what was registered before', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const right = fixture.answer(one.held, one.message);
      const changed = { ...one, held: { ...one.held, id: 'registered anew' } };
      expect(await check(fixture, changed, right)).to.equal(false);
    });

    it('takes an answer in time', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const right = fixture.answer(one.held, one.message);
      fixture.later(lifetime - 1);
      expect(await check(fixture, one, right)).to.equal(true);
      fixture.later(1);
      expect(await check(fixture, one, right)).to.equal(false);
    });

    it('sends nothing to nobody, and leaves the same behind', async () => {
      const fixture = await open();
      const one = await asked(fixture);
      const nobody = fixture.method.proof.send?.(FLOW, undefined, { guessing: true });
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
        expect(await check(fixture, one, { code })).to.equal(false);
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

import { z } from 'zod';
import type { Secrets } from '../../../src/kernel/secrets.ts';
import type { Host, MessageRef } from '../../../src/plugin.ts';
import { answerFault, foldAnswer } from '../questions/answers.ts';
import { createCatalogue } from '../questions/catalogue.ts';
import type { Catalogue } from '../questions/catalogue.ts';
import { defineMethod } from './method.ts';
import type { Fields, Held, Method, Proved, RegistrationQuestion, Started } from './method.ts';

const ownQuestion = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens')
    .describe('Name that never changes; answers belong to it.'),
  text: z
    .record(z.string().min(2), z.string().min(5).max(200))
    .refine((texts) => Object.keys(texts).length > 0, 'at least one language')
    .describe('The question by language (BCP 47).'),
});

export const questionsConfig = z
  .strictObject({
    registered: z.int().min(3).max(5).default(5).describe('How many questions a person answers at registration.'),
    asked: z.int().min(2).max(5).default(3).describe('How many of them, drawn at random, a reset asks.'),
    own: z
      .array(ownQuestion)
      .max(20)
      .default([])
      .describe(
        "The organisation's own questions, beside ours, or in place of the one with the same id. Whoever answered one that is taken away sees its id instead: leave it in.",
      ),
  })
  .refine((value) => value.asked <= value.registered, {
    path: ['asked'],
    message: 'no more questions can be asked than are registered',
  })
  .refine(({ own }) => new Set(own.map(({ id }) => id)).size === own.length, {
    path: ['own'],
    message: 'two questions have the same id',
  })
  .prefault({})
  .describe('Security questions.');

export interface QuestionsPorts extends Pick<Host, 'secrets' | 'hashing'> {
  readonly catalogue: Catalogue;
  /** How many a person registers, 3 to 5. */
  readonly registered: number;
  /** How many of them a reset asks. */
  readonly asked: number;
}

const shape = z.strictObject({
  answers: z.array(z.strictObject({ question: z.string(), hash: z.string() })).min(1),
  /** Which draw it is: rises when the drawn questions were answered or guessed at too often. */
  round: z.int(),
});

type Questions = z.infer<typeof shape>;

const MOST = 5;
const numbers = Array.from({ length: MOST }, (_, index) => index + 1);

const fieldsNamed = (...names: readonly string[]) =>
  z.strictObject(
    Object.fromEntries(numbers.flatMap((n) => names.map((name) => [`${name}${String(n)}`, z.string().optional()]))),
  );

/** Drawn at random, yet the same until the seed changes: nothing has to be written when a page is looked at. */
const draw = <T extends { readonly question: string }>(
  secrets: Secrets,
  seed: string,
  from: readonly T[],
  count: number,
): readonly T[] =>
  from
    .map((each) => ({ each, rank: secrets.hash('sspr draw', `${seed} ${each.question}`) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ each }) => each);

const drawn = ({ secrets, asked }: QuestionsPorts, { id, data }: Held<Questions>): Questions['answers'] => [
  ...draw(secrets, `${id} ${String(data.round)}`, data.answers, asked),
];

/** Questions for a name that nobody bears, or whose bearer has none: they stay the same, as anybody's do. */
const madeUp = ({ secrets, asked, registered, catalogue }: QuestionsPorts, seed: string) => {
  const all = catalogue.ids.map((question) => ({ question }));
  return draw(secrets, `asked of ${seed}`, draw(secrets, `registered by ${seed}`, all, registered), asked);
};

/** Answers are few and short: without our key, a stolen store does not even allow guessing at them. */
const keyed = (secrets: Secrets, question: string, answer: string): string =>
  secrets.hash('sspr answer', `${question} ${foldAnswer(answer)}`);

interface Pair {
  readonly question: string;
  readonly answer: string;
}

const pairsOf = (fields: Fields, count: number): readonly Pair[] =>
  numbers.slice(0, count).map((n) => ({
    question: fields[`question${String(n)}`] ?? '',
    answer: fields[`answer${String(n)}`] ?? '',
  }));

const faults = (pairs: readonly Pair[], { catalogue }: QuestionsPorts, locale: string): Record<string, MessageRef> => {
  const errors: Record<string, MessageRef> = {};
  for (const [index, { question, answer }] of pairs.entries()) {
    const earlier = pairs.slice(0, index);
    const text = catalogue.text(question, locale);
    const n = String(index + 1);
    const refuse = (field: string, reason: string): void => {
      errors[`${field}${n}`] = { key: `sspr.method.questions.${reason}`, values: { n: index + 1 } };
    };
    if (text === undefined) refuse('question', 'choose');
    else if (earlier.some((pair) => pair.question === question)) refuse('question', 'sameQuestion');
    const fault = answerFault(answer, text ?? '');
    if (fault) refuse('answer', fault);
    else if (earlier.some((pair) => foldAnswer(pair.answer) === foldAnswer(answer))) refuse('answer', 'sameAnswer');
  }
  return errors;
};

const enrol = async (
  ports: QuestionsPorts,
  question: RegistrationQuestion<Questions>,
  fields: Fields,
): Promise<Started<Questions>> => {
  const pairs = pairsOf(fields, ports.registered);
  const errors = faults(pairs, ports, question.here.locale);
  if (Object.keys(errors).length > 0) return { kind: 'refused', errors };
  const answers = await Promise.all(
    pairs.map(async (pair) => ({
      question: pair.question,
      hash: await ports.hashing.hash(keyed(ports.secrets, pair.question, pair.answer)),
    })),
  );
  return { kind: 'registered', data: { answers, round: 0 } };
};

/** What was answered, or guessed at too often, is not asked again. */
const drawnAnew = (data: Questions): Questions => ({ ...data, round: data.round + 1 });

/** Every answer is verified, also after a wrong one, and as many are where there is nothing to verify. */
const check = async (
  ports: QuestionsPorts,
  held: Held<Questions> | undefined,
  fields: Fields,
): Promise<Proved<Questions> | undefined> => {
  const { secrets, hashing, asked } = ports;
  const expected = held ? drawn(ports, held) : [];
  const verdicts = await Promise.all(
    numbers.slice(0, held ? expected.length : asked).map((n, index) => {
      const answer = fields[`answer${String(n)}`] ?? '';
      const one = expected[index];
      return one
        ? hashing.verify(one.hash, keyed(secrets, one.question, answer))
        : hashing.verifyNothing(keyed(secrets, '', answer));
    }),
  );
  if (!held || verdicts.includes(false)) return undefined;
  return { registered: held.id, becomes: drawnAnew(held.data) };
};

/** Questions with answers that only the person should know: they can be guessed, and never open the only gate unasked. */
export const questionsMethod = (ports: QuestionsPorts): Method<Questions> => ({
  name: 'questions',
  guessable: true,
  most: 1,
  data: shape,
  describe: ({ answers }) => ({ count: answers.length }),
  proves: () => [],

  proof: {
    form: fieldsNamed('answer'),
    sends: false,
    page: ({ held: [held], seed, here: { locale } }) => ({
      questions: (held ? drawn(ports, held) : madeUp(ports, seed)).map(({ question }, index) => ({
        field: `answer${String(index + 1)}`,
        text: ports.catalogue.text(question, locale) ?? question,
      })),
    }),
    check: async ({ held }, fields) => check(ports, (await held())[0], fields),
    renew: drawnAnew,
  },

  enrolment: {
    form: fieldsNamed('question', 'answer'),
    page: ({ here: { locale } }) => ({
      choices: ports.catalogue.ids.map((id) => ({ id, text: ports.catalogue.text(id, locale) ?? id })),
      numbers: numbers.slice(0, ports.registered),
    }),
    start: (question, fields) => enrol(ports, question, fields),
  },
});

export const questions = defineMethod({
  config: questionsConfig,
  knowledge: true,
  create: (host, config) => questionsMethod({ ...host, ...config, catalogue: createCatalogue(config.own) }),
});

import { referenceFault, titlesOnce } from './promises.ts';

/** Key words of RFC 2119, and a word of ours for what a server is said to do without one. */
const STRENGTHS = [
  ...['MUST', 'MUST NOT', 'REQUIRED', 'SHALL', 'SHALL NOT'],
  ...['SHOULD', 'SHOULD NOT', 'RECOMMENDED', 'MAY', 'OPTIONAL', 'states'],
];

const ID = /^(\d{4}-\d+(?:\.\d+)*)-(\d+)$/;

/** Why a sentence is held by no test. */
const EXCUSES = ['not ours', 'not kept'] as const;

type Standing = 'held' | (typeof EXCUSES)[number];

/** A row `| sentence | strength | what it asks | shown by |` of a page about an RFC. */
export interface Sentence {
  /** RFC, section and number in it, such as `7644-3.5.2-4`. */
  readonly id: string;
  readonly strength: string;
  readonly asks: string;
  readonly standing: Standing;
  /** Empty where a test holds it. */
  readonly excuse: string;
  /** Each as `FILE › TITLE`. */
  readonly shownBy: readonly string[];
}

export const readSentences = (markdown: string): readonly Sentence[] =>
  markdown.split('\n').flatMap((line) => {
    const [, id = '', strength = '', asks = '', shown = ''] = line.split('|').map((cell) => cell.trim());
    if (!/^\d{4}-/.test(id)) return [];
    const standing = EXCUSES.find((one) => shown.startsWith(`${one}: `)) ?? 'held';
    return [
      {
        ...{ id, strength, asks, standing },
        excuse: standing === 'held' ? '' : shown.slice(standing.length + 2).replace(/;? ?`test\/.*$/, ''),
        shownBy: [...shown.matchAll(/`(test\/[^`]+)`/g)].map((match) => match[1] ?? ''),
      },
    ];
  });

/** Numbers that are missing, there twice or out of order. */
const numberFaults = (sentences: readonly Sentence[]): readonly string[] => {
  const last = new Map<string, number>();
  let open = '';
  return sentences.flatMap(({ id }) => {
    const [, section = '', number = ''] = ID.exec(id) ?? [];
    const before = last.get(section) ?? 0;
    const isElsewhere = section !== open && before > 0;
    open = section;
    last.set(section, Number(number));
    return Number(number) === before + 1 && !isElsewhere ? [] : [`${id}: is not the next number of its section`];
  });
};

const rowFaults = (
  { id, strength, asks, standing, excuse, shownBy }: Sentence,
  titlesOf: (file: string) => ReadonlySet<string>,
): readonly string[] => [
  ...(STRENGTHS.includes(strength) ? [] : [`${id}: ${strength} is no key word`]),
  ...(asks === '' ? [`${id}: does not say what it asks`] : []),
  ...(standing === 'held' && shownBy.length === 0 ? [`${id}: name a test, or say why there is none`] : []),
  ...(standing !== 'held' && excuse.length < 5 ? [`${id}: does not say why it is ${standing}`] : []),
  ...shownBy.flatMap((reference) => {
    const fault = referenceFault(reference, titlesOf);
    return fault === undefined ? [] : [`${id}: ${reference}: ${fault}`];
  }),
];

/** How many there are of each standing, as the page has to say it. */
const sumsOf = (sentences: readonly Sentence[]): string => {
  const count = (standing: Standing): string => String(sentences.filter((one) => one.standing === standing).length);
  const [held, ours, kept] = [count('held'), count('not ours'), count('not kept')];
  return `${String(sentences.length)} sentences: ${held} held by a test, ${ours} not ours, ${kept} not kept.`;
};

/** What is wrong with a page of sentences. */
export const sentenceFaults = (markdown: string): readonly string[] => {
  const sentences = readSentences(markdown);
  const titlesOf = titlesOnce();
  const sums = sumsOf(sentences);
  return [
    ...numberFaults(sentences),
    ...sentences.flatMap((sentence) => rowFaults(sentence, titlesOf)),
    ...(markdown.includes(sums) ? [] : [`the page has to say: ${sums}`]),
  ];
};

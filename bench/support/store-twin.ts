import { z } from 'zod';
import { defineCollection } from '../../src/store/port.ts';

/** In this order: a later one works on what an earlier one left. */
export const verbs = [
  'get',
  'find by user name',
  'find by mail',
  'page of 20, deep',
  'count all',
  'insert',
  'swap',
  'increment',
  'commit of 3',
  'take',
  'claim',
] as const;

/** Those that look at every entry of an index, or at a great many documents. */
export const slowVerbs = ['part of a user name', 'what no index serves'] as const;

/** One of two ways to do the same to the same documents. */
export interface Twin {
  readonly calls: Readonly<Record<(typeof verbs)[number] | (typeof slowVerbs)[number], (round: number) => unknown>>;
  close(): Promise<void>;
}

export const people = defineCollection({
  name: 'people',
  shape: z.object({
    id: z.string(),
    userName: z.string(),
    created: z.number(),
    visits: z.number(),
    state: z.string(),
    emails: z.array(z.object({ value: z.string() })),
    about: z.string(),
  }),
  indexes: {
    userName: { on: ['userName'], unique: true },
    email: { on: ['emails.value'] },
    queue: { on: ['state', 'created'] },
  },
});

export type Person = z.infer<typeof people.shape>;

const ABOUT = 'a'.repeat(1000);

/** About 1.2 kB of JSON. The ids are spread, as random ones are. */
export const idOf = (number: number): string => `${((number * 2_654_435_761) >>> 0).toString(36)}-${String(number)}`;

export const personOf = (number: number): Person => ({
  id: idOf(number),
  userName: `user${String(number)}`,
  created: number,
  visits: 0,
  state: number % 4 === 0 ? 'waiting' : 'active',
  emails: [{ value: `user${String(number)}@example.org` }, { value: `u${String(number)}@mail.example` }],
  about: ABOUT,
});

/** Persons that are not there yet, for each round of a verb. */
export const extra = (documents: number, verb: number, round: number): Person =>
  personOf(documents + verb * 100_000 + round);

import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Place } from './cursor.ts';

/** Where pages by index begin that follow one which was just read: a client that walks a list does not pay for its way. */
export interface Places {
  of(question: string, startIndex: number): Place | undefined;
  note(question: string, startIndex: number, place: Place): void;
}

const KEPT = MINUTE;
const MOST = 1000;

export const createPlaces = (clock: Clock): Places => {
  const places = new Map<string, { readonly place: Place; readonly until: number }>();
  const keyOf = (question: string, startIndex: number): string => `${String(startIndex)} ${question}`;

  return {
    of(question, startIndex) {
      const known = places.get(keyOf(question, startIndex));
      return known && clock.now() < known.until ? known.place : undefined;
    },

    note(question, startIndex, place) {
      const key = keyOf(question, startIndex);
      places.delete(key);
      places.set(key, { place, until: clock.now() + KEPT });
      const [oldest] = places.keys();
      if (places.size > MOST && oldest !== undefined) places.delete(oldest);
    },
  };
};

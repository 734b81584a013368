import { comparePlaces, placeOf } from '../evaluate.ts';
import type { Place } from '../evaluate.ts';
import type { Sort } from '../query.ts';
import type { Envelope } from './connection.ts';
import { fromEnvelope } from './envelope.ts';

/** The first places of an order after `from`; never holds more than some times `limit`, however many come by. */
export const firstPlaces = async (
  envelopes: AsyncIterable<Envelope>,
  sort: readonly Sort[],
  from: Place | undefined,
  limit: number,
): Promise<readonly Place[]> => {
  const order = comparePlaces(sort);
  let kept: Place[] = [];
  let worst: Place | undefined;
  for await (const envelope of envelopes) {
    const place = placeOf(fromEnvelope(envelope), sort);
    if ((from && order(place, from) <= 0) || (worst && order(place, worst) >= 0)) continue;
    kept.push(place);
    if (kept.length < 4 * limit) continue;
    kept = kept.sort(order).slice(0, limit);
    worst = kept.at(-1);
  }
  return kept.sort(order).slice(0, limit);
};

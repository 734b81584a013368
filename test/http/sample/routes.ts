import { z } from 'zod';
import { get, page, post } from '../../../src/http/route.ts';
import type { Answer, MessageRef, Visit } from '../../../src/http/route.ts';
import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';

const form = z.strictObject({
  username: z.string().max(200),
  code: z.string().max(32),
  password: z.string().max(1000),
  question: z.string().max(10),
  later: z.literal('yes').optional(),
});

/** A page with one of each piece, as a plugin would bring it; posting it always finds the code and password wrong. */
export const sampleRoutes = (clock: Clock) => {
  const show = (typed: string, errors?: Record<string, MessageRef>): Answer =>
    page('sample/pieces', { typed, until: clock.now() + 20 * MINUTE }, errors && { errors });
  return [
    get('/sample', (_visit: Visit) => Promise.resolve(show('alice'))),
    post('/sample', form, (visit) =>
      Promise.resolve(
        show(visit.form.username, {
          code: { key: 'errors.form_invalid.title' },
          password: { key: 'errors.form_too_large.title' },
        }),
      ),
    ),
  ];
};

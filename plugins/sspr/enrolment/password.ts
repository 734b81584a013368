import { z } from 'zod';
import { AppError } from '../../../src/kernel/errors.ts';
import { get, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { isCapped } from '../limits.ts';
import type { Asking } from './asking.ts';
import { begin, isAnswer } from './entry.ts';
import { pathTo, show } from './room.ts';

/** Asks for the password once more where the session's proof has grown old; guarded like a code. */
export const passwordRoutes = (enrolment: Asking): readonly Route[] => {
  const path = `${enrolment.path}/password`;
  const ask = async (visit: Visit<unknown>, key?: string): Promise<Answer> => {
    const entry = await enrolment.enter(visit);
    if (isAnswer(entry)) return entry;
    const data = { ...enrolment.frame(entry), userName: entry.person.account.userName };
    return show(entry, 'sspr/fresh', data, key === undefined ? undefined : { password: { key } });
  };
  return [
    get(path, (visit) => ask(visit)),
    post(path, z.strictObject({ username: z.string().optional(), password: z.string() }), async (visit) => {
      const entry = await enrolment.enter(visit);
      if (isAnswer(entry)) return entry;
      const { host } = enrolment.desk;
      const { account } = entry.person;
      try {
        await host.store.commit([enrolment.limits.enrolling(account.id, 'password')]);
      } catch (error) {
        if (isCapped(error)) return ask(visit, 'sspr.fresh.paused');
        throw error;
      }
      const { outcome } = await host.passwords.verify(account, visit.form.password);
      if (outcome === 'unavailable') throw new AppError('unavailable', 'the authority over the password is away');
      if (outcome !== 'right') return ask(visit, 'sspr.fresh.wrong');
      await host.store.commit([enrolment.limits.enrolled(account.id, 'password')]);
      await begin(enrolment, visit, entry);
      return redirect(pathTo(entry));
    }),
  ];
};

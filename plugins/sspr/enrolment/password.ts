import { z } from 'zod';
import { AppError } from '../../../src/kernel/errors.ts';
import { get, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { isCapped } from '../limits.ts';
import { begin, enter, isAnswer } from './entry.ts';
import type { Enrolment } from './entry.ts';
import { frame, pathTo, show } from './room.ts';

/** Asks for the password once more where the session's proof has grown old; guarded like a code. */
export const passwordRoutes = (enrolment: Enrolment): readonly Route[] => {
  const path = `/interaction/:uid/${enrolment.kind}/password`;
  const ask = async (visit: Visit<unknown>, key?: string): Promise<Answer> => {
    const entry = await enter(enrolment, visit);
    if (isAnswer(entry)) return entry;
    const data = { ...frame(enrolment, entry), userName: entry.person.account.userName };
    return show(entry, 'sspr/fresh', data, key === undefined ? undefined : { password: { key } });
  };
  return [
    get(path, (visit) => ask(visit)),
    post(path, z.strictObject({ username: z.string().optional(), password: z.string() }), async (visit) => {
      const entry = await enter(enrolment, visit);
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
      return redirect(pathTo(enrolment, entry));
    }),
  ];
};

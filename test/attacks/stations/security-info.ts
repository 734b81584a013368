import { registrationOf, replacing } from '../../../plugins/sspr/registrations.ts';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { hasApp, hasPasskey, shownCode } from '../../support/second-factor.ts';
import { givenPassword } from '../../support/given-password.ts';
import type { Person } from '../../support/person.ts';
import { pass } from '../../support/passes.ts';
import type { World } from '../../support/world.ts';
import type { Station } from './station.ts';
import { able, mailSent, opened, beside } from './station.ts';

/** Who has just proved both factors, is signed in twice, and wants to be left alone in this browser. */
const lookingAfter = async (w: World, path = ''): Promise<Person> => {
  const dora = await w.person('dora', { groups: ['factors'] });
  await hasApp(w, dora);
  await hasPasskey(w, dora);
  for (const browser of [w.browser(), dora.browser]) {
    const there = dora.with(browser);
    w.clock.advance(MINUTE);
    await there.signsIn();
    await beside(there, 'totp');
    await browser.submit({ 'one-time-code': shownCode(w, dora), remember: 'yes' });
  }
  return opened(w, `/security-info${path}`, dora);
};

const addingAtWill = async (w: World): Promise<Person> => {
  const dora = await able(w);
  await dora.signsIn();
  return opened(w, '/security-info/email', dora);
};

const removing = async (w: World): Promise<Person> => {
  const dora = await lookingAfter(w);
  const [first] = (await registrationOf(w.app.foundation.store, dora.id)).methods;
  return opened(w, `/security-info/remove?registered=${encodeURIComponent(first?.id ?? '')}`, dora);
};

const doubting = async (w: World): Promise<Person> => {
  const dora = await able(w);
  await dora.signsIn();
  const { store } = w.app.foundation;
  const registration = await registrationOf(store, dora.id);
  const stale = { at: w.clock.now(), reason: 'bounced', dead: false } as const;
  const methods = registration.methods.map((one) => ({ ...one, stale }));
  await store.commit([replacing(registration, { ...registration, methods })]);
  return opened(w, `/security-info/doubt?registered=${encodeURIComponent(methods[0]?.id ?? '')}`, dora);
};

const waitingAtWill = async (w: World): Promise<Person> => {
  const dora = await able(w);
  await dora.signsIn();
  const { store } = w.app.foundation;
  const registration = await registrationOf(store, dora.id);
  await store.commit([replacing(registration, { ...registration, holdUntil: w.clock.now() + 60 * MINUTE })]);
  await pass(w, dora, { for: 'registration' });
  return opened(w, '/security-info/hold', dora);
};

export const SECURITY_INFO: readonly Station[] = [
  { page: 'security of the account', arrive: (w) => lookingAfter(w) },
  { page: 'what a sign-in asks for first', arrive: (w) => lookingAfter(w, '/preferred') },
  { page: 'removal of a method', arrive: removing },
  { page: 'something doubtful, at will', arrive: doubting },
  { page: 'another mail address, at will', arrive: addingAtWill },
  { page: 'code of another mail address, at will', arrive: async (w) => mailSent(await addingAtWill(w)) },
  { page: 'changes that have to wait', arrive: waitingAtWill },
];

export const CHANGE: readonly Station[] = [
  {
    page: 'change of the password',
    async arrive(w) {
      const dora = await able(w);
      await dora.signsIn();
      return opened(w, '/change-password', dora);
    },
  },
  {
    page: 'change of the password that a sign-in asks for',
    async arrive(w) {
      const dora = await able(w);
      await givenPassword(w, dora);
      await dora.signsIn();
      return dora;
    },
  },
];

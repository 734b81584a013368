import { registrationOf, replacing } from '../../../plugins/sspr/registrations.ts';
import type { Person } from '../../support/person.ts';
import type { World } from '../../support/world.ts';
import type { Station } from './station.ts';
import { able, later, below, mailSent } from './station.ts';

const newcomer = async (w: World): Promise<Person> => {
  const nina = await w.person('nina');
  await nina.signsIn();
  return nina;
};

/** Somebody who is asked whether what they registered long ago is still theirs. */
const askedAgain = async (w: World): Promise<Person> => {
  const dora = await able(w);
  const { store } = w.app.foundation;
  const registration = await registrationOf(store, dora.id);
  await store.commit([replacing(registration, { ...registration, confirmedAt: 1 })]);
  await dora.signsIn();
  return dora;
};

/** Somebody who is asked about the one thing that does not reach them any more. */
const doubted = async (w: World): Promise<Person> => {
  const dora = await able(w);
  const { store } = w.app.foundation;
  const registration = await registrationOf(store, dora.id);
  const stale = { at: 1, reason: 'bounced' as const, dead: false };
  const methods = registration.methods.map((one) => (one.method === 'email' ? { ...one, stale } : one));
  await store.commit([replacing(registration, { ...registration, methods })]);
  await dora.signsIn();
  return dora;
};

export const SIGN_IN: readonly Station[] = [
  {
    page: 'sign-in',
    arrive: async (w) => {
      const dora = await able(w);
      await dora.startsSignIn();
      return dora;
    },
  },
  {
    page: 'consent',
    arrive: async (w) => {
      const dora = await able(w);
      await dora.startsSignIn({}, w.otherParty);
      await dora.givesPassword();
      return dora;
    },
  },
  {
    page: 'sign-in by a passkey',
    arrive: async (w) => {
      const dora = await able(w);
      await dora.startsSignIn();
      return below(dora, 'passkey');
    },
  },
  { page: 'registration', arrive: newcomer },
  { page: 'registration of a mail address', arrive: async (w) => below(await newcomer(w), 'email') },
  { page: 'code of a registration', arrive: async (w) => mailSent(await below(await newcomer(w), 'email')) },
  { page: 'registration of questions', arrive: async (w) => below(await newcomer(w), 'questions') },
  { page: 'registration, the password once more', arrive: async (w) => later(w, await newcomer(w)) },
  { page: 'reconfirmation', arrive: askedAgain },
  { page: 'what does not reach its person any more', arrive: doubted },
  { page: 'change of a mail address', arrive: async (w) => below(await askedAgain(w), 'email') },
  { page: 'code of a change', arrive: async (w) => mailSent(await below(await askedAgain(w), 'email')) },
  { page: 'change of questions', arrive: async (w) => below(await askedAgain(w), 'questions') },
  { page: 'reconfirmation, the password once more', arrive: async (w) => later(w, await askedAgain(w)) },
];

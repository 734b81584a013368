import { registrationOf, replacing } from '../../../plugins/sspr/registrations.ts';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { hasApp, hasPasskey, hasPhone, hasRecoveryCodes, shownCode } from '../../support/second-factor.ts';
import type { Person } from '../../support/person.ts';
import { codeGenerator } from '../../support/tokens.ts';
import { pass } from '../../support/passes.ts';
import { KeptKeys } from '../../support/trusted-device.ts';
import type { World } from '../../support/world.ts';
import type { Station } from './station.ts';
import { below, opened, beside, started } from './station.ts';

const OFFICE = '+49301234567';

const sitsInTheOffice = async (w: World, { userName }: Person): Promise<void> => {
  const { directory, store } = w.app.foundation;
  const person = await directory.people.byName(userName);
  const phoneNumbers = [{ value: OFFICE, type: 'work' }];
  if (person) await store.commit(directory.people.updating(person, { phoneNumbers }, { actor: 'cli' }));
};

/** Somebody with the password, who is asked for a second factor. */
const halfway = async (w: World): Promise<Person> => {
  const dora = await w.person('dora', { registered: true, groups: ['factors'] });
  await hasApp(w, dora);
  await hasPasskey(w, dora);
  await hasRecoveryCodes(w, dora);
  for (const way of ['sms', 'voice']) await hasPhone(w, dora, way);
  await sitsInTheOffice(w, dora);
  await hasPhone(w, dora, 'office', OFFICE);
  await dora.signsIn();
  return dora;
};

/** Asked whether it is still hers by whoever has more than is needed, so that some of it may go. */
const askedOfMore = async (w: World): Promise<Person> => {
  const dora = await w.person('dora', { groups: ['factors'] });
  await hasApp(w, dora);
  await hasPasskey(w, dora);
  const { store } = w.app.foundation;
  const registration = await registrationOf(store, dora.id);
  await store.commit([replacing(registration, { ...registration, confirmedAt: 1 })]);
  await dora.signsIn();
  await beside(dora, 'totp');
  await dora.browser.submit({ 'one-time-code': shownCode(w, dora) });
  return dora;
};

/** Somebody of those who must have a second factor, at their first sign-in. */
const registering = async (w: World, method: string): Promise<Person> => {
  const nina = await w.person('nina', { groups: ['factors'] });
  await nina.signsIn();
  return below(nina, method);
};

const typed = async (person: Person, tel: string): Promise<Person> => {
  await person.browser.submit({ tel });
  return person;
};

let generators = 0;

/** At the activation of a code generator that the organisation gave out. */
const activating = async (w: World): Promise<{ nina: Person; code: (counter: number) => string }> => {
  const nina = await w.person('nina', { groups: ['factors'] });
  generators += 1;
  const { code } = await codeGenerator(w, nina.userName, `S-${String(generators)}`);
  await nina.signsIn();
  await below(nina, 'token');
  return { nina, code };
};

const activated = async (w: World): Promise<Person> => {
  const { nina, code } = await activating(w);
  await nina.browser.submit();
  await nina.browser.submit({ 'First code': code(20), 'Next code': code(21) });
  await nina.signsIn({ prompt: 'login' });
  return nina;
};

/** Whose only telephone is the one in the office, as the directory has it. */
const atTheOffice = async (w: World): Promise<Person> => {
  const nina = await w.person('nina', { groups: ['factors'] });
  await sitsInTheOffice(w, nina);
  await nina.signsIn();
  return below(nina, 'office');
};

/** Who may register nothing for a day, and has a pass that ends the wait. */
const waiting = async (w: World): Promise<Person> => {
  const nina = await w.person('nina', { groups: ['factors'] });
  const { store } = w.app.foundation;
  const registration = await registrationOf(store, nina.id);
  await store.commit([replacing(registration, { ...registration, holdUntil: w.clock.now() + 60 * MINUTE })]);
  await pass(w, nina, { for: 'registration' });
  await nina.signsIn();
  return nina;
};

export const FACTOR_REGISTRATION: readonly Station[] = [
  { page: 'reconfirmation of more than is needed', arrive: askedOfMore },
  { page: 'registration of a code generator', arrive: async (w) => (await activating(w)).nina },
  { page: 'codes of a code generator', arrive: async (w) => started((await activating(w)).nina) },
  { page: 'registration of a mobile for texts', arrive: (w) => registering(w, 'sms') },
  { page: 'code in a text', arrive: async (w) => typed(await registering(w, 'sms'), '+491701234567') },
  { page: 'registration of a telephone for calls', arrive: (w) => registering(w, 'voice') },
  { page: 'code in a call', arrive: async (w) => typed(await registering(w, 'voice'), '+491701234567') },
  { page: 'registration of the telephone in the office', arrive: atTheOffice },
  { page: 'code in a call to the office', arrive: async (w) => started(await atTheOffice(w)) },
  { page: 'registration that has to wait', arrive: waiting },
  { page: 'registration of a trusted browser', arrive: (w) => registering(w, 'device') },
  { page: 'registration of a passkey', arrive: (w) => registering(w, 'passkey') },
  { page: 'registration of an app', arrive: (w) => registering(w, 'totp') },
  { page: 'first code of an app', arrive: async (w) => started(await registering(w, 'totp')) },
  { page: 'registration of recovery codes', arrive: (w) => registering(w, 'recovery') },
  { page: 'recovery codes, shown once', arrive: async (w) => started(await registering(w, 'recovery')) },
];

/** Somebody with the password, in a browser that they trust. */
const trusting = async (w: World): Promise<Person> => {
  const dora = await w.person('dora', { groups: ['factors'] });
  await hasApp(w, dora);
  await dora.signsIn();
  await dora.browser.submit({ 'one-time-code': shownCode(w, dora) });
  await opened(w, '/security-info/device', dora);
  await new KeptKeys().registers(dora.browser);
  await dora.signsIn({ prompt: 'login' });
  return beside(dora, 'device');
};

export const SECOND_FACTOR: readonly Station[] = [
  { page: 'second factor, a trusted browser', arrive: trusting },
  { page: 'second factor, a passkey', arrive: halfway },
  { page: 'second factor, a code from the app', arrive: async (w) => beside(await halfway(w), 'totp') },
  { page: 'second factor, a recovery code', arrive: async (w) => beside(await halfway(w), 'recovery') },
  { page: 'second factor, a code from a code generator', arrive: activated },
  { page: 'second factor, a text to be sent', arrive: async (w) => beside(await halfway(w), 'sms') },
  { page: 'second factor, a text', arrive: async (w) => started(await beside(await halfway(w), 'sms')) },
  { page: 'second factor, a call', arrive: async (w) => started(await beside(await halfway(w), 'voice')) },
  {
    page: 'second factor, a call to the office',
    arrive: async (w) => started(await beside(await halfway(w), 'office')),
  },
  { page: 'choice of a second factor', arrive: async (w) => beside(await halfway(w), 'ways') },
  { page: 'second factor, lost', arrive: async (w) => beside(await halfway(w), 'lost') },
];

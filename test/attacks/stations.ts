import * as openid from 'openid-client';
import { methodNames } from '../../plugins/sspr/methods/list.ts';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { answersQuestions, hasQuestions } from '../sspr/registering.ts';
import type { Form } from '../support/html.ts';
import { PhoneInHand } from '../support/phone-in-hand.ts';
import { hasApp, hasPasskey, hasPhone, hasRecoveryCodes, shownCode } from '../support/second-factor.ts';
import { givenPassword } from '../support/given-password.ts';
import type { Person } from '../support/person.ts';
import { codeGenerator } from '../support/tokens.ts';
import { pass } from '../support/passes.ts';
import { KeptKeys } from '../support/trusted-device.ts';
import type { World, WorldOptions } from '../support/world.ts';

export { sendForm } from './forms.ts';

/** Methods that are a second factor. */
const FACTORS = ['passkey', 'totp', 'token', 'device', 'recovery', 'sms', 'voice', 'office'];

/** A world in which every page can be reached, and limits are too wide to stand in the way of those who try forms. */
export const EVERY_PAGE: WorldOptions = {
  config: {
    demo: { enabled: true },
    signIn: { guard: { attempts: 1000 } },
    push: { subject: 'mailto:operator@example.org' },
  },
  sspr: {
    policies: [
      { name: 'factors', groups: ['factors'], methods: FACTORS, rememberSecondFactorDays: 30 },
      { name: 'phones', groups: ['phones'], methods: ['approval'] },
      { name: 'everybody', gates: 2, methods: ['email', 'questions'], enforcement: 'nag' },
    ],
    limits: {
      failures: 100,
      failuresPerMethodAndHour: 100,
      sendsPerTenMinutes: 100,
      sendsPerDay: 1000,
      begunPerAddress: 100_000,
      begunPerNetwork: 1_000_000,
    },
  },
  otherParty: {
    first_party: false,
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  },
};

/** A page with a form, and how to come there. */
export interface Station {
  readonly page: string;
  arrive(w: World): Promise<Person>;
}

const able = async (w: World): Promise<Person> => {
  const dora = await w.person('dora', { registered: true });
  await hasQuestions(w, dora);
  return dora;
};

/** By which of the ways back somebody begins. */
type Begins = (person: Person) => Promise<void>;

const opensReset: Begins = (person) => person.opensReset();
const opensUnlock: Begins = (person) => person.opensUnlock();

/** In a browser where she signed in before, of which her own methods are known. */
const atHome = async (w: World, begins: Begins = opensReset): Promise<Person> => {
  const dora = await able(w);
  await dora.signsIn();
  await begins(dora);
  return dora;
};

/** At the first gate in a strange browser, which is one for the whole organisation. */
export const asksForMail = async (w: World, dora: Person, begins: Begins = opensReset): Promise<void> => {
  await begins(dora);
  if (/^\/(reset|unlock)\/prove$/.test((await dora.browser.url()).pathname))
    await dora.browser.submit({ method: 'email' });
  await w.settle();
};

const afterMail = async (w: World, begins?: Begins): Promise<Person> => {
  const dora = await able(w);
  await asksForMail(w, dora, begins);
  await dora.typesCode();
  return dora;
};

const afterBoth = async (w: World, begins?: Begins): Promise<Person> => {
  const dora = await afterMail(w, begins);
  await answersQuestions(dora.browser);
  return dora;
};

const onAnotherBrowser = async (w: World, way = 'reset'): Promise<Person> => {
  const desk = await atHome(w, way === 'reset' ? opensReset : opensUnlock);
  await desk.browser.open(`/${way}/prove/questions`);
  await answersQuestions(desk.browser);
  if (await desk.browser.offers('Send the code')) await desk.browser.submit({}, 'Send the code');
  const phone = desk.with(w.browser());
  await phone.usesLink();
  await phone.browser.open(`/${way}/word`);
  return phone;
};

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

const later = async (w: World, person: Person): Promise<Person> => {
  w.clock.advance(16 * MINUTE);
  await person.browser.reload();
  return person;
};

const below = async (person: Person, path: string): Promise<Person> => {
  const { pathname } = await person.browser.url();
  await person.browser.open(`${pathname}/${path}`);
  return person;
};

const mailSent = async (person: Person): Promise<Person> => {
  await person.browser.submit({ email: `new.${person.alternateMail}` });
  return person;
};

const atDevice = async (w: World): Promise<{ dora: Person; code: string }> => {
  const dora = await able(w);
  await dora.signsIn();
  const device = await openid.initiateDeviceAuthorization(w.otherParty.configuration, { scope: 'openid' });
  await dora.browser.open(device.verification_uri);
  return { dora, code: device.user_code };
};

const opened = async (w: World, path: string, person?: Person): Promise<Person> => {
  const somebody = person ?? (await able(w));
  await somebody.browser.open(w.issuer + path);
  return somebody;
};

const signedInToTheDemo = async (w: World): Promise<Person> => {
  const dora = await opened(w, '/demo');
  await dora.browser.submit({}, 'Sign in');
  await dora.givesPassword();
  return dora;
};

/** Whose pages of registration were opened by a pass. */
const byPass = async (w: World): Promise<Person> => {
  const nina = await w.person('nina');
  await nina.browser.open(`${w.issuer}/pass`);
  await nina.browser.submit({ username: nina.userName, pass: await pass(w, nina, { for: 'registration' }) });
  return nina;
};

const RESET: readonly Station[] = [
  {
    page: 'reset, begun inside a sign-in',
    arrive: async (w) => {
      const dora = await able(w);
      await dora.startsSignIn();
      await dora.browser.follow('Forgot your password?');
      return dora;
    },
  },
  { page: 'choice of a method', arrive: atHome },
  {
    page: 'offer to send a code',
    arrive: async (w) => {
      const dora = await atHome(w);
      await dora.browser.open('/reset/prove/email');
      return dora;
    },
  },
  {
    page: 'code',
    arrive: async (w) => {
      const dora = await able(w);
      await asksForMail(w, dora);
      return dora;
    },
  },
  { page: 'questions', arrive: afterMail },
  {
    page: 'pass of the help desk',
    arrive: async (w) => {
      const dora = await able(w);
      await dora.opensReset();
      await dora.browser.submit({}, 'I have a pass from the help desk');
      await w.settle();
      return dora;
    },
  },
  {
    page: 'pass without a password',
    arrive: async (w) => {
      const dora = await able(w);
      await dora.browser.open(`${w.issuer}/pass`);
      return dora;
    },
  },
  { page: 'what a pass opens', arrive: byPass },
  { page: 'registration by a pass', arrive: async (w) => below(await byPass(w), 'questions') },
  {
    page: 'code of a registration by a pass',
    arrive: async (w) => mailSent(await below(await byPass(w), 'email')),
  },
  {
    page: 'mailed link',
    arrive: async (w) => {
      const dora = await able(w);
      await asksForMail(w, dora);
      await dora.browser.open((await dora.alternateInbox()).link);
      return dora;
    },
  },
  { page: 'word of the other browser', arrive: onAnotherBrowser },
  { page: 'new password', arrive: afterBoth },
  {
    page: 'reset that cannot go on',
    arrive: async (w) => {
      const half = await w.person('half', { registered: true });
      await asksForMail(w, half);
      await half.typesCode();
      return half;
    },
  },
];

const UNLOCK: readonly Station[] = [
  { page: 'unlock', arrive: (w) => opened(w, '/unlock') },
  { page: 'choice of a method to unlock', arrive: (w) => atHome(w, opensUnlock) },
  {
    page: 'offer to send a code to unlock',
    arrive: async (w) => {
      const dora = await atHome(w, opensUnlock);
      await dora.browser.open('/unlock/prove/email');
      return dora;
    },
  },
  {
    page: 'code to unlock',
    arrive: async (w) => {
      const dora = await able(w);
      await asksForMail(w, dora, opensUnlock);
      return dora;
    },
  },
  {
    page: 'mailed link to unlock',
    arrive: async (w) => {
      const dora = await able(w);
      await asksForMail(w, dora, opensUnlock);
      await dora.browser.open((await dora.alternateInbox()).link);
      return dora;
    },
  },
  { page: 'word of the other browser at an unlock', arrive: (w) => onAnotherBrowser(w, 'unlock') },
  { page: 'button to unlock', arrive: (w) => afterBoth(w, opensUnlock) },
  {
    page: 'unlock that cannot go on',
    arrive: async (w) => {
      const half = await w.person('half', { registered: true });
      await asksForMail(w, half, opensUnlock);
      await half.typesCode();
      return half;
    },
  },
];

const SIGN_IN: readonly Station[] = [
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

const OTHERS: readonly Station[] = [
  { page: 'code of a device', arrive: async (w) => (await atDevice(w)).dora },
  {
    page: 'approval of a device',
    arrive: async (w) => {
      const { dora, code } = await atDevice(w);
      await dora.browser.submit({ user_code: code });
      return dora;
    },
  },
  {
    page: 'sign-out',
    arrive: async (w) => {
      const dora = await able(w);
      await dora.signsIn();
      return opened(w, '/session/end', dora);
    },
  },
  { page: 'demo', arrive: (w) => opened(w, '/demo') },
  { page: 'demo, signed in', arrive: signedInToTheDemo },
];

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

const beside = async (person: Person, path: string): Promise<Person> => {
  const { pathname } = await person.browser.url();
  await person.browser.open(`${pathname.slice(0, pathname.lastIndexOf('/'))}/${path}`);
  return person;
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

const started = async (person: Person): Promise<Person> => {
  await person.browser.submit();
  return person;
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

const FACTOR_REGISTRATION: readonly Station[] = [
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

/** Somebody who is to connect a phone, and the phone. */
const connecting = async (w: World): Promise<{ nina: Person; phone: PhoneInHand }> => {
  const nina = await w.person('nina', { groups: ['phones'] });
  await nina.signsIn();
  await nina.browser.submit();
  return { nina, phone: new PhoneInHand(w.browser(), w.issuer) };
};

/** Somebody with a phone that approves. */
const connected = async (w: World): Promise<{ nina: Person; phone: PhoneInHand }> => {
  const { nina, phone } = await connecting(w);
  await nina.browser.submit({ number: await phone.scans(nina.browser) });
  return { nina, phone };
};

/** Somebody with the password in a strange browser, whose phone is asked. */
const approving = async (w: World): Promise<{ nina: Person; phone: PhoneInHand }> => {
  const { nina, phone } = await connected(w);
  const there = nina.with(w.browser());
  await there.signsIn();
  await there.browser.submit({}, 'Ask on my phone');
  await w.settle();
  await phone.opens();
  return { nina: there, phone };
};

const PHONES: readonly Station[] = [
  {
    page: 'registration of a phone that approves',
    arrive: async (w) => {
      const nina = await w.person('nina', { groups: ['phones'] });
      await nina.signsIn();
      return nina;
    },
  },
  { page: 'number of a phone that approves', arrive: async (w) => (await connecting(w)).nina },
  {
    page: 'phone that is to be connected',
    arrive: async (w) => {
      const { nina, phone } = await connecting(w);
      await phone.pairing(nina.browser);
      return nina.with(phone.browser);
    },
  },
  {
    page: 'phone that may be told',
    arrive: async (w) => {
      const { nina, phone } = await connected(w);
      await phone.opens();
      return nina.with(phone.browser);
    },
  },
  { page: 'second factor, an approval', arrive: async (w) => (await approving(w)).nina },
  {
    page: 'phone that is asked',
    arrive: async (w) => {
      const { nina, phone } = await approving(w);
      return nina.with(phone.browser);
    },
  },
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

const SECOND_FACTOR: readonly Station[] = [
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

const SECURITY_INFO: readonly Station[] = [
  { page: 'security of the account', arrive: (w) => lookingAfter(w) },
  { page: 'what a sign-in asks for first', arrive: (w) => lookingAfter(w, '/preferred') },
  { page: 'removal of a method', arrive: removing },
  { page: 'something doubtful, at will', arrive: doubting },
  { page: 'another mail address, at will', arrive: addingAtWill },
  { page: 'code of another mail address, at will', arrive: async (w) => mailSent(await addingAtWill(w)) },
  { page: 'changes that have to wait', arrive: waitingAtWill },
];

const CHANGE: readonly Station[] = [
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

const NOTICES: readonly Station[] = [
  {
    page: 'report of what a notice told',
    async arrive(w) {
      const dora = await able(w);
      await pass(w, dora);
      return opened(w, new URL((await dora.inbox()).link).pathname, dora);
    },
  },
];

/** Every page that has a form. A test compares them with what is served, so that none is forgotten. */
export const STATIONS: readonly Station[] = [
  ...SIGN_IN,
  ...FACTOR_REGISTRATION,
  ...SECOND_FACTOR,
  ...PHONES,
  ...SECURITY_INFO,
  ...CHANGE,
  ...NOTICES,
  ...RESET,
  ...UNLOCK,
  ...OTHERS,
];

/** Those of the library, with the path as one finds it; ours are told by the server itself. */
export const LIBRARY_POSTS: readonly string[] = ['/device', '/session/end/confirm'];

/** The route that a path is served by. */
export const routeOf = (w: World, method: 'GET' | 'POST', path: string): string | undefined => {
  const segments = path.split('/');
  const fits = (route: string): boolean => {
    const expected = route.split('/');
    return (
      expected.length === segments.length &&
      expected.every((each, at) => (each.startsWith(':') ? segments[at] !== '' : each === segments[at]))
    );
  };
  return (
    w.app.routes.find((route) => route.method === method && fits(route.path))?.path ??
    LIBRARY_POSTS.find((each) => method === 'POST' && each === path)
  );
};

/** Where all methods are served by the same code, and what of them is shown there. */
const PLACES: readonly (readonly [string, string])[] = [
  ['/reset/prove', 'proof'],
  ['/unlock/prove', 'proof'],
  ['/interaction/:uid/factor', 'proof'],
  ['/interaction/:uid/register', 'registration'],
  ['/interaction/:uid/confirm', 'registration'],
  ['/security-info', 'registration'],
  ['/pass', 'registration'],
];

/** Buttons without a field. */
const BUTTONS: ReadonlySet<string> = new Set(['send', 'back']);

const NAMES: ReadonlySet<string> = new Set(methodNames);

/** What has to be tried of a form: with many methods, the fields of each in one place, and each place with one method. */
const partsOf = (path: string): readonly string[] => {
  for (const [place, shown] of PLACES) {
    const [name = '', action = ''] = path.startsWith(`${place}/`) ? path.slice(place.length + 1).split('/') : [];
    if (!NAMES.has(name)) continue;
    return [`${place}/:method/${action}`, ...(BUTTONS.has(action) ? [] : [`${shown} of ${name} ${action}`])];
  }
  return [path];
};

/** Names of all that is to be tried, in order. */
export const partsOfAll = (paths: Iterable<string>): readonly string[] =>
  [...new Set([...paths].flatMap(partsOf))].sort();

export const TOKENS: ReadonlySet<string> = new Set(['csrf', 'xsrf']);

export interface PostedForm {
  /** As the browser would ask for it. */
  readonly url: URL;
  readonly fields: Readonly<Record<string, string>>;
  /** Names of what a person types, or a page holds for them; the token of the form aside. */
  readonly names: readonly string[];
}

const PLAUSIBLE: Readonly<Record<string, (person: Person) => string>> = {
  username: ({ userName }) => userName,
  password: ({ password }) => password,
  current: ({ password }) => password,
  email: ({ alternateMail }) => `other.${alternateMail}`,
  code: () => '12345678',
  tel: () => '+491701234568',
  word: () => 'badada',
  user_code: () => 'BCDF-GHJK',
};

const plausible = (person: Person, name: string, value: string): string => {
  if (value !== '') return value;
  return PLAUSIBLE[name]?.(person) ?? `something for ${name}`;
};

const posted = (person: Person, at: URL, { fields, action }: Form): PostedForm => {
  const button = fields.find(({ type }) => type === 'submit');
  const sent = fields.filter((field) => field.name !== '' && (field.type !== 'submit' || field === button));
  return {
    url: new URL(action, at),
    fields: Object.fromEntries(sent.map(({ name, value }) => [name, plausible(person, name, value)])),
    names: sent.map(({ name }) => name).filter((name) => !TOKENS.has(name)),
  };
};

/** The forms of the page that somebody is at, filled in as though by them. */
export const postedForms = async (person: Person): Promise<readonly PostedForm[]> => {
  const at = await person.browser.url();
  return person.browser.forms.filter(({ method }) => method === 'POST').map((form) => posted(person, at, form));
};

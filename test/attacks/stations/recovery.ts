import { answersQuestions } from '../../sspr/registering.ts';
import type { Person } from '../../support/person.ts';
import type { World } from '../../support/world.ts';
import type { Station } from './station.ts';
import { able, below, mailSent, opened } from './station.ts';
import { byPass } from './others.ts';

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

export const RESET: readonly Station[] = [
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

export const UNLOCK: readonly Station[] = [
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

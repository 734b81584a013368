import { MINUTE } from '../../../src/kernel/clock.ts';
import { hasQuestions } from '../../sspr/registering.ts';
import type { Person } from '../../support/person.ts';
import type { World, WorldOptions } from '../../support/world.ts';

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

export const able = async (w: World): Promise<Person> => {
  const dora = await w.person('dora', { registered: true });
  await hasQuestions(w, dora);
  return dora;
};

export const opened = async (w: World, path: string, person?: Person): Promise<Person> => {
  const somebody = person ?? (await able(w));
  await somebody.browser.open(w.issuer + path);
  return somebody;
};

export const below = async (person: Person, path: string): Promise<Person> => {
  const { pathname } = await person.browser.url();
  await person.browser.open(`${pathname}/${path}`);
  return person;
};

export const beside = async (person: Person, path: string): Promise<Person> => {
  const { pathname } = await person.browser.url();
  await person.browser.open(`${pathname.slice(0, pathname.lastIndexOf('/'))}/${path}`);
  return person;
};

export const later = async (w: World, person: Person): Promise<Person> => {
  w.clock.advance(16 * MINUTE);
  await person.browser.reload();
  return person;
};

export const started = async (person: Person): Promise<Person> => {
  await person.browser.submit();
  return person;
};

export const mailSent = async (person: Person): Promise<Person> => {
  await person.browser.submit({ email: `new.${person.alternateMail}` });
  return person;
};

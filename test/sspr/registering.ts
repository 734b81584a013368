import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { foldAnswer } from '../../plugins/sspr/questions/answers.ts';
import { nothingRegistered, replacing, registrationOf, withRegistered } from '../../plugins/sspr/registrations.ts';
import type { Registered } from '../../plugins/sspr/collections.ts';
import { questions } from './questions.ts';
import type { HttpBrowser } from '../support/http-browser.ts';

import type { World } from '../support/world.ts';

/** Somebody of a story, in whatever browser. */
interface Person {
  readonly id: string;
  readonly userName: string;
  readonly alternateMail: string;
}

const add = async (
  world: World,
  person: Person,
  method: string,
  data: Registered['data'],
  id = `${method} of ${person.userName}`,
): Promise<void> => {
  const { store } = world.app.foundation;
  const now = world.clock.now();
  const registration = await registrationOf(store, person.id);
  const registered = { id, method, addedAt: now, data };
  await store.commit([replacing(registration, { ...withRegistered(registration, registered, 1), confirmedAt: now })]);
};

/** Gives somebody an alternate address, as though registered a while ago. */
export const hasAlternateMail = (
  world: World,
  person: Person,
  address = person.alternateMail,
  id?: string,
): Promise<void> => add(world, person, 'email', { address }, id);

/** What everybody in these stories answers to a question: its own id. */
export const answerTo = (question: string): string => `my ${question}`;

const QUESTIONS = ['first-street', 'first-teacher', 'first-concert', 'lost-thing', 'best-view'];

/** Gives somebody answers to five questions. */
export const hasQuestions = async (world: World, person: Person): Promise<void> => {
  const { secrets, hashing } = world.app.foundation;
  const answers = await Promise.all(
    QUESTIONS.map(async (question) => ({
      question,
      hash: await hashing.hash(secrets.hash('sspr answer', `${question} ${foldAnswer(answerTo(question))}`)),
    })),
  );
  await add(world, person, 'questions', { answers, round: 0 });
};

export const registrationNow = async (world: World, person: Person) =>
  (await world.app.foundation.store.get(registrations, person.id)) ?? nothingRegistered(person.id);

export const NEW_PASSWORD = 'tulip gravel 93 orchard';

/** From the start page to the first gate. */
export const startsReset = async (world: World, browser: HttpBrowser, name: string): Promise<void> => {
  await browser.open(`${world.issuer}/reset`);
  await browser.submit({ username: name }, 'Start the reset');
};

export const startsUnlock = async (world: World, browser: HttpBrowser, name: string): Promise<void> => {
  await browser.open(`${world.issuer}/unlock`);
  await browser.submit({ username: name }, 'Go on');
};

export const givesCode = (browser: HttpBrowser, code: string): Promise<void> =>
  browser.submit({ 'one-time-code': code }, 'Check the code');

export const choosesPassword = async (browser: HttpBrowser, password = NEW_PASSWORD): Promise<void> => {
  expect(await browser.heading()).to.equal('Choose a new password');
  await browser.submit({ 'new-password': password }, 'Change the password');
};

/** Whether a password is the person's now. */
export const opens = async (world: World, person: Person, password: string): Promise<boolean> => {
  const { accounts, passwords } = world.app.foundation.directory;
  const account = await accounts.byId(person.id);
  return account !== undefined && (await passwords.verify(account, password)).outcome === 'right';
};

/** Answers the questions on the page, each with what the catalogue says of it. */
export const answersQuestions = async (
  browser: HttpBrowser,
  change: (answer: string) => string = (answer) => answer,
): Promise<void> => {
  const page = await browser.text();
  const asked = Object.entries(questions).filter(([, { en }]) => page.includes(en));
  const filling = Object.fromEntries(asked.map(([id, { en }]) => [en, change(answerTo(id))]));
  await browser.submit(filling, 'Check the answers');
};

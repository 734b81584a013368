import { expect } from 'chai';
import type { HttpBrowser } from '../support/http-browser.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import {
  choosesPassword,
  givesCode,
  hasAlternateMail,
  hasQuestions,
  startsReset,
  startsUnlock,
} from './registering.ts';

const EVERYBODY = ['able', 'unknown', 'outside', 'disabled', 'unregistered', 'service', 'answering', '\u202e<b>{x}'];

const populated = (): Promise<World> =>
  world({
    sspr: { exclude: ['Outside'], policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] },
  });

const populate = async (w: World): Promise<void> => {
  const able = await w.person('able');
  const outside = await w.person('outside', { groups: ['Outside'] });
  const disabled = await w.person('disabled', { active: false });
  const service = await w.person('service', { kind: 'service' });
  await w.person('unregistered');
  const answering = await w.person('answering');
  for (const person of [able, outside, disabled, service]) await hasAlternateMail(w, person);
  for (const person of [able, answering]) await hasQuestions(w, person);
};

const bodyOf = ({ body }: HttpBrowser): string => body.replace(/(name="csrf" value=")[^"]*/g, '$1');

/** What somebody reads who begins with a name in a browser that nobody knows; each step's status, headers and body. */
const walk = async (w: World, name: string, way: 'reset' | 'unlock'): Promise<readonly string[]> => {
  const browser = w.browser();
  const seen: string[] = [];
  const look = (): void => {
    const { date: _date, 'set-cookie': _cookies, 'x-request-id': _id, ...headers } = browser.headers;
    seen.push(JSON.stringify([browser.status, headers, bodyOf(browser)]));
  };
  await (way === 'reset' ? startsReset : startsUnlock)(w, browser, name);
  look();
  await w.settle();
  await browser.reload();
  look();
  for (let count = 0; count < 6; count += 1) {
    if ((await browser.field('one-time-code')) === undefined) break;
    await givesCode(browser, '12345678');
    look();
  }
  await browser.submit({}, 'Send another mail');
  look();
  const last = way === 'reset' ? '/password' : '/confirm';
  for (const path of ['/prove', '/prove/questions', last, '/done', '/word']) {
    await browser.open(`${w.issuer}/${way}${path}`);
    look();
  }
  return seen;
};

describe('what a stranger sees of a reset and of an unlock', () => {
  it('is the same byte for byte for everybody, and for nobody', async () => {
    await using w = await populated();
    await populate(w);
    for (const way of ['reset', 'unlock'] as const) {
      const walks: (readonly string[])[] = [];
      for (const name of EVERYBODY) walks.push(await walk(w, name, way));
      const [able = [], ...others] = walks;
      expect(able).to.have.length.greaterThan(10);
      for (const [index, other] of others.entries()) {
        expect(other, `${way} of ${EVERYBODY[index + 1] ?? ''}`).to.deep.equal(able);
      }
    }
  });

  it('sends mail only to those who may reset by it', async () => {
    await using w = await populated();
    await populate(w);
    for (const name of EVERYBODY) await startsReset(w, w.browser(), name);
    expect((await w.mail.to('able@elsewhere.test')).mails).to.have.length(1);
    for (const name of ['outside', 'disabled', 'service', 'unregistered']) {
      expect((await w.mail.to(`${name}@elsewhere.test`)).mails, name).to.have.length(0);
      expect((await w.mail.to(`${name}@example.test`)).mails, name).to.have.length(0);
    }
  });

  it('never offers questions first, and in a browser of theirs only what is the person’s own', async () => {
    await using w = await populated();
    await populate(w);
    const stranger = w.browser();
    await startsReset(w, stranger, 'able');
    expect(await stranger.heading()).to.equal('Enter the code from the mail');
    expect(await stranger.text()).not.to.match(/@elsewhere|question/);
    const erin = await w.person('erin');
    await hasAlternateMail(w, erin);
    await hasQuestions(w, erin);
    await erin.signsIn();
    await startsReset(w, erin.browser, 'erin');
    expect(await erin.browser.text()).to.contain('Mail to e•••@elsewhere.test');
    expect(await erin.browser.text()).to.contain('5 security questions');
    await startsReset(w, erin.browser, 'able');
    expect(await erin.browser.text()).not.to.contain('@elsewhere');
  });

  it('does not tell that somebody signed in, reset the password, opened the mail or has other resets open', async () => {
    await using w = await world();
    const able = await w.person('able');
    await hasAlternateMail(w, able);
    const begin = async (name: string): Promise<HttpBrowser> => {
      const browser = w.browser();
      await startsReset(w, browser, name);
      await w.settle();
      return browser;
    };
    const seen = async (name: string): Promise<readonly string[]> => {
      const strangers = [];
      for (let count = 0; count < 4; count += 1) strangers.push(await begin(name));
      if (name === 'able') {
        const phone = w.browser();
        await phone.open((await able.alternateInbox()).link);
        await phone.submit({}, 'Go on with the reset');
        await able.signsIn();
        await choosesPassword(phone);
      }
      const pages: string[] = [];
      for (const browser of strangers) {
        await browser.reload();
        pages.push(bodyOf(browser));
        await givesCode(browser, '12345678');
        pages.push(bodyOf(browser));
        await browser.submit({}, 'Send another mail');
        await w.settle();
        pages.push(bodyOf(browser));
      }
      return pages;
    };
    expect(await seen('able')).to.deep.equal(await seen('unknown'));
  });
});

import { expect } from 'chai';
import { flows } from '../../plugins/sspr/collections.ts';
import { everything } from '../../src/store/query.ts';
import { answersQuestions, givesCode, hasQuestions, opens } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const STOLEN = 'the password of a thief';

/** Every step of a reset as a form, also those that the page at hand does not have. */
const STEPS: readonly (readonly [path: string, fields: Readonly<Record<string, string>>])[] = [
  ['/reset/prove', { method: 'email' }],
  ['/reset/prove', { method: 'questions' }],
  ['/reset/prove', { method: 'word' }],
  ['/reset/prove', { method: '__proto__' }],
  ['/reset/prove/email', { code: '12345678' }],
  ['/reset/prove/email', { code: '' }],
  ['/reset/prove/questions', {}],
  ['/reset/prove/questions', { answer1: '', answer2: '', answer3: '' }],
  ['/reset/prove/questions/send', {}],
  ['/reset/prove/email/send', {}],
  ['/reset/link', {}],
  ['/reset/word', { word: 'badada' }],
  ['/reset/word', { word: '' }],
  ['/reset/password', { password: STOLEN }],
  ['/reset/password', { username: 'somebody', password: STOLEN }],
];

describe('The steps of a reset by two gates', function () {
  this.timeout(120_000);
  const world = useWorld({
    sspr: {
      policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }],
      limits: { failures: 100, failuresPerMethodAndHour: 100, sendsPerTenMinutes: 100, sendsPerDay: 1000 },
    },
  });

  const somebody = async (): Promise<Person> => {
    const dora = await world().person('dora', { registered: true });
    await hasQuestions(world(), dora);
    return dora;
  };

  const flowOf = async ({ id }: Person) => {
    const { docs } = await world().app.foundation.store.find(flows, everything, { limit: 1000 });
    return docs.filter(({ accountId }) => accountId === id).map(({ state, proofs }) => ({ state, proofs }));
  };

  const tokenIn = async (browser: HttpBrowser): Promise<string> => {
    const { pathname } = await browser.url();
    const csrf = (await browser.field('csrf')) ?? '';
    if (csrf !== '') return csrf;
    await browser.open('/reset');
    const fresh = (await browser.field('csrf')) ?? '';
    await browser.open(pathname);
    return fresh;
  };

  /** Posts every step, and tells which of them led to a page or on to another step instead of being refused. */
  const postEverything = async (browser: HttpBrowser): Promise<void> => {
    const csrf = await tokenIn(browser);
    for (const [path, fields] of STEPS) {
      const reply = await sendForm(
        browser,
        `${world().issuer}${path}`,
        new URLSearchParams({ csrf, ...fields }).toString(),
      );
      expect(reply.status, `${path} ${JSON.stringify(fields)}`).to.be.oneOf([303, 400, 409, 410, 422]);
      expect(String(reply.headers.location), path).not.to.match(/password|done/);
      await world().settle();
    }
  };

  const nothingCameOfIt = async (person: Person): Promise<void> => {
    expect(await opens(world(), person, STOLEN)).to.equal(false);
    expect(await opens(world(), person, person.password)).to.equal(true);
  };

  it('lead nowhere before a name was typed', async () => {
    const dora = await somebody();
    await dora.browser.open(`${world().issuer}/reset`);
    await postEverything(dora.browser);
    expect(await flowOf(dora)).to.deep.equal([]);
    await nothingCameOfIt(dora);
  });

  it('lead nowhere before the first proof', async () => {
    const dora = await somebody();
    await dora.opensReset();
    await world().settle();
    await postEverything(dora.browser);
    expect(await flowOf(dora)).to.deep.equal([{ state: 'first-gate', proofs: [] }]);
    await nothingCameOfIt(dora);
  });

  it('lead nowhere between the proofs, "try another way" included', async () => {
    const dora = await somebody();
    await dora.opensReset();
    await dora.typesCode();
    const before = await flowOf(dora);
    expect(before).to.have.nested.property('[0].state', 'second-gate');
    await dora.browser.open('/reset/prove');
    await postEverything(dora.browser);
    expect(await flowOf(dora)).to.deep.equal(before);
    await nothingCameOfIt(dora);
  });

  it('cannot be skipped by a second method that is the first one again', async () => {
    const dora = await somebody();
    await dora.opensReset();
    const { code, link } = await dora.alternateInbox();
    const csrf = (await dora.browser.field('csrf')) ?? '';
    await givesCode(dora.browser, code);
    const body = new URLSearchParams({ csrf, code }).toString();
    expect((await sendForm(dora.browser, `${world().issuer}/reset/prove/email`, body)).status).to.equal(409);
    await dora.browser.open(link);
    expect(dora.browser.status).to.equal(410);
    expect(await flowOf(dora)).to.have.nested.property('[0].proofs.length', 1);
    await dora.browser.open('/reset/password');
    expect((await dora.browser.url()).pathname).not.to.equal('/reset/password');
  });

  it('cannot be taken again once the password is chosen', async () => {
    const dora = await somebody();
    await dora.opensReset();
    await dora.typesCode();
    await answersQuestions(dora.browser);
    const again = dora.browser.prepared({ 'new-password': STOLEN });
    await dora.choosesPassword('violet teapots at noon');
    expect(await dora.browser.heading()).to.equal('Your password is changed');
    const late = await sendForm(dora.browser, again.url, new URLSearchParams(again.fields).toString());
    // Pressed twice: it says again that it is done.
    expect(late.headers.location).to.equal('/reset/done');
    for (const [path, fields] of STEPS.filter(([each]) => each !== '/reset/password')) {
      const body = new URLSearchParams({ csrf: again.fields['csrf'] ?? '', ...fields }).toString();
      const { status } = await sendForm(dora.browser, `${world().issuer}${path}`, body);
      expect(status, path).to.be.oneOf([303, 400, 409, 410]);
    }
    expect(await opens(world(), dora, STOLEN)).to.equal(false);
    expect(await opens(world(), dora, 'violet teapots at noon')).to.equal(true);
  });

  it('of a registration do not count as steps of a reset, nor the other way round', async () => {
    const nina = await world().person('nina');
    await nina.signsIn();
    const { pathname } = await nina.browser.url();
    const csrf = (await nina.browser.field('csrf')) ?? (await tokenIn(nina.browser));
    const thief = world().browser();
    await thief.open(`${world().issuer}/reset`);
    await thief.submit({ username: nina.userName });
    const own = (await thief.field('csrf')) ?? '';
    for (const step of ['email', 'email/confirm', 'questions', 'password', 'later']) {
      const body = new URLSearchParams({ csrf: own, email: 'thief@evil.test' }).toString();
      const { status } = await sendForm(thief, `${world().issuer}${pathname}/${step}`, body);
      expect(status, step).to.equal(400);
    }
    await nina.browser.open('/reset/password');
    expect((await nina.browser.url()).pathname).to.equal('/reset');
    const reply = await sendForm(
      nina.browser,
      `${world().issuer}/reset/password`,
      new URLSearchParams({ csrf, password: STOLEN }).toString(),
    );
    expect(reply.status).to.equal(400);
    await nothingCameOfIt(nina);
  });
});

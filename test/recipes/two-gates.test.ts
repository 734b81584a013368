import { expect } from 'chai';
import {
  answersQuestions,
  givesCode,
  hasAlternateMail,
  hasQuestions,
  opens,
  startsReset,
} from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld, type World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';

const registered = async (w: World): Promise<Person> => {
  const dora = await w.person('dora');
  await dora.signsIn();
  await dora.browser.follow('Add an address');
  await dora.registersMail();
  await dora.browser.follow('Set up questions');
  await dora.registersQuestions();
  return dora;
};

onEveryEngine('Where a reset needs two gates, Dora', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] },
  });

  it('registers two different methods at her first sign-in, step by step', async () => {
    const dora = await world().person('dora');
    await dora.signsIn();
    expect(await dora.browser.title()).to.contain('Step 1 of 2');
    await dora.browser.follow('Add an address');
    await dora.registersMail();
    expect(await dora.browser.title()).to.contain('Step 2 of 2');
    expect(await dora.browser.text()).to.contain('Already set up');
    await dora.browser.follow('Set up questions');
    await dora.registersQuestions();
    expect(await dora.browser.heading()).to.equal(ARRIVED);
  });

  it('proves both before she may choose a new password', async () => {
    const dora = (await registered(world())).with(world().browser());
    await dora.opensReset();
    expect(await dora.browser.title()).to.contain('Step 2 of 4');
    await dora.typesCode();
    expect(await dora.browser.title()).to.contain('Step 3 of 4');
    await dora.browser.open('/reset/password');
    expect((await dora.browser.url()).pathname).not.to.equal('/reset/password');
    await dora.answersQuestions();
    expect(await dora.browser.title()).to.contain('Step 4 of 4');
    await dora.choosesPassword('violet teapots at noon');
    expect(await dora.browser.heading()).to.equal('Your password is changed');
    await dora.signsIn();
    expect(await dora.browser.heading()).to.equal(ARRIVED);
  });

  it('is asked the same questions again after a wrong answer; case, blanks and accents do not matter', async () => {
    const dora = (await registered(world())).with(world().browser());
    await dora.opensReset();
    await dora.typesCode();
    const labels = (): readonly string[] =>
      dora.browser.forms
        .flatMap(({ fields }) => fields.filter(({ name }) => name.startsWith('answer')))
        .map(({ label }) => label);
    const asked = labels();
    await dora.answersQuestions(dora.answers.map((each) => ({ ...each, answer: 'something else' })));
    expect(await dora.browser.text()).to.contain('Not every answer is right.');
    expect(labels()).to.deep.equal(asked);
    await dora.answersQuestions(
      dora.answers.map((each) => ({ ...each, answer: ` ${each.answer.toUpperCase().replace('Ü', 'U')} ` })),
    );
    expect(await dora.browser.heading()).to.equal('Choose a new password');
  });

  it('brings along on her phone what she proved at her desk, by the short word shown there', async () => {
    const dora = await registered(world());
    // In a browser of hers, she may begin with the questions.
    await dora.opensReset();
    await dora.browser.open('/reset/prove/questions');
    await dora.answersQuestions();
    await dora.browser.open('/reset/prove/email');
    if (await dora.browser.offers('Send the code')) await dora.browser.submit();
    const { link } = await dora.alternateInbox();
    await dora.browser.reload();
    const word = /it asks for this word: (\S+)/.exec(await dora.browser.text())?.[1] ?? '';
    expect(word).not.to.equal('');

    const phone = dora.with(world().browser());
    await phone.browser.open(link);
    await phone.browser.submit();
    expect(await phone.browser.heading()).not.to.equal('Choose a new password');
    await phone.browser.open('/reset/word');
    await phone.browser.submit({ word });
    expect(await phone.browser.heading()).to.equal('Choose a new password');
  });

  it('is not helped by one method proved twice', async () => {
    const dora = (await registered(world())).with(world().browser());
    await dora.opensReset();
    await dora.typesCode();
    const { link } = await dora.alternateInbox();
    await dora.browser.open(link);
    expect(await dora.browser.heading()).to.equal('This link no longer works');
    await dora.browser.open('/reset/prove/email');
    expect(await dora.browser.field('one-time-code')).to.equal(undefined);
  });

  it('cannot reset with one method, and is told so only after proving it', async () => {
    const half = await world().person('half', { registered: true });
    await half.opensReset();
    expect(await half.browser.text()).not.to.contain('second way');
    await half.typesCode();
    expect(await half.browser.heading()).to.equal('You need help with this reset');
  });
});

onEveryEngine('An administrator', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [
        {
          name: 'everybody',
          gates: 1,
          methods: ['email', 'questions'],
          questionsAlone: 'answers can be guessed, and the page tells who exists',
        },
      ],
    },
  });

  it('needs two gates whatever the policy says, and questions are none of them', async () => {
    const carol = await world().person('carol', { adminRoles: ['owner'], registered: true });
    await carol.opensReset();
    await carol.browser.open('/reset/prove/email');
    if (await carol.browser.offers('Send the code')) await carol.browser.submit();
    await carol.typesCode();
    expect(await carol.browser.heading()).to.equal('You need help with this reset');
  });

  it('is not helped by questions registered while she was none, nor by being found by another method first', async () => {
    const carol = await world().person('carol');
    await hasAlternateMail(world(), carol);
    await hasQuestions(world(), carol);
    await carol.signsIn();
    const begins = async (way: string): Promise<HttpBrowser> => {
      const browser = world().browser();
      await startsReset(world(), browser, carol.userName);
      await browser.submit({}, way);
      return browser;
    };
    const nobody = await begins('Answer questions');
    await answersQuestions(nobody);
    expect(await nobody.heading(), 'as anybody she may').to.equal('Choose a new password');

    const before = await begins('Answer questions');
    const { directory, store: documents } = world().app.foundation;
    const person = await directory.people.byId(carol.id);
    if (!person) throw new Error('nobody');
    await documents.commit(directory.people.settingRoles(person, ['owner'], { actor: 'cli' }));
    await answersQuestions(before);
    expect(await before.heading()).not.to.equal('Choose a new password');
    expect((await before.url()).pathname).to.equal('/reset/prove/questions');

    const found = await begins('Send a code');
    await found.open('/reset/prove');
    await found.submit({}, 'Answer questions');
    await answersQuestions(found);
    expect((await found.url()).pathname, 'she was found by another method').to.equal('/reset/prove/questions');

    await found.open('/reset/prove');
    await found.submit({}, 'Send a code');
    await givesCode(found, (await carol.alternateInbox()).code);
    expect(await found.heading()).to.equal('You need help with this reset');
    await nobody.submit({ 'new-password': 'violet teapots at noon' }, 'Change the password');
    expect(nobody.status).to.equal(409);
    expect(await opens(world(), carol, carol.password)).to.equal(true);
  });
});

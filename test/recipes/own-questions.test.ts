import { expect } from 'chai';
import { QUESTIONS_ALONE } from '../../plugins/sspr/config.ts';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const SHIP = { en: 'Which ship did you join first?', de: 'Auf welchem Schiff waren Sie zuerst?' };
const HARBOUR = { en: 'Which harbour do you miss?', de: 'Welchen Hafen vermissen Sie?' };
const COOK = { en: 'Who cooked on your longest voyage?', de: 'Wer kochte auf Ihrer längsten Fahrt?' };

const ANSWERS = [
  { id: 'ship', text: SHIP.en, answer: 'Zephyr' },
  { id: 'harbour', text: HARBOUR.en, answer: 'Valparaíso' },
  { id: 'cook', text: COOK.en, answer: 'Old Marlow' },
];

onEveryEngine('Alice answers questions of her organisation’s own', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [{ name: 'everybody', methods: ['questions'], questionsAlone: QUESTIONS_ALONE }],
      questions: {
        registered: 3,
        asked: 3,
        own: [
          { id: 'ship', text: SHIP },
          { id: 'harbour', text: HARBOUR },
          { id: 'cook', text: COOK },
        ],
      },
    },
  });

  it('chooses them beside ours, is asked them in the language of the page, and resets her password by them', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    expect(await alice.browser.text())
      .to.contain(SHIP.en)
      .and.to.contain('In which street did you live as a small child?');
    await alice.registersQuestions(ANSWERS);
    expect(await alice.browser.heading()).to.equal(ARRIVED);

    const german = alice.with(world().browser('de'));
    await german.opensReset();
    await world().settle();
    expect(await german.browser.text())
      .to.contain(SHIP.de)
      .and.to.contain(HARBOUR.de)
      .and.to.contain(COOK.de);
    await german.answersQuestions([
      { id: 'ship', text: SHIP.de, answer: 'zephyr' },
      { id: 'harbour', text: HARBOUR.de, answer: 'VALPARAISO' },
      { id: 'cook', text: COOK.de, answer: 'old  marlow' },
    ]);
    await german.choosesPassword('violette Teekannen um zwölf');
    expect(await german.browser.heading()).to.equal('Ihr Passwort ist geändert');
  });
});

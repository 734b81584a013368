import { expect } from 'chai';
import { expiryLooks } from '../../plugins/sspr/expiry/collections.ts';
import { DAY } from '../../src/kernel/clock.ts';
import { everything } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const AGE = 90;

onEveryEngine('Before her password expires, Elsa', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [
        { name: 'aging', groups: ['aging'], methods: ['email'], passwordMaxAgeDays: AGE },
        { name: 'short', groups: ['short'], methods: ['email'], passwordMaxAgeDays: 5 },
        { name: 'everybody', methods: ['email'] },
      ],
    },
  });

  const somebody = (group = 'aging', more: object = {}): Promise<Person> =>
    world().person('elsa', { groups: [group], ...more });

  const subjects = async (person: Person): Promise<readonly string[]> =>
    (await person.inbox()).mails.map(({ subject }) => subject);

  it('is reminded by mail 14, 7, 3 and 1 days before, each once', async () => {
    const elsa = await somebody();
    const seen: number[] = [];
    await world().later((AGE - 16) * DAY);
    for (let day = AGE - 15; day <= AGE + 5; day += 1) {
      await world().later(DAY);
      const before = seen.length;
      const now = (await subjects(elsa)).length;
      for (let count = before; count < now; count += 1) seen.push(AGE - day);
      await world().settle();
    }
    expect(seen).to.deep.equal([14, 7, 3, 1]);
    expect(await subjects(elsa)).to.deep.equal([
      'Your password expires in 14 days',
      'Your password expires in 7 days',
      'Your password expires in 3 days',
      'Your password expires tomorrow',
    ]);
    expect((await elsa.inbox()).last.text).to.include(`${world().issuer}/change-password`);
  });

  it('is reminded once also where nobody knows any more how far the last look came', async () => {
    const elsa = await somebody();
    await world().later((AGE - 14) * DAY);
    const { store: documents } = world().app.foundation;
    await documents.removeAll(expiryLooks, everything);
    await world().later(DAY);
    expect(await subjects(elsa)).to.deep.equal(['Your password expires in 14 days']);
  });

  it('is reminded once, of what is left, where no server ran for a while', async () => {
    const elsa = await somebody();
    await world().later((AGE - 5) * DAY);
    expect(await subjects(elsa)).to.deep.equal(['Your password expires in 5 days']);
  });

  it('is left in peace for another whole time after she chose another one', async () => {
    const elsa = await somebody();
    await world().later((AGE - 14) * DAY);
    expect(await subjects(elsa)).to.have.length(1);
    await elsa.browser.open(`${world().issuer}/change-password`);
    await elsa.givesPassword();
    await elsa.registersMail();
    await elsa.browser.open(`${world().issuer}/change-password`);
    await elsa.changesPassword('violet teapots at noon');
    expect(await elsa.browser.text()).to.match(/Your password is good until .* After that, a sign-in asks you/);
    await world().later(14 * DAY);
    const reminders = async () => (await subjects(elsa)).filter((subject) => subject.includes('expires'));
    expect(await reminders()).to.have.length(1);
    await world().later((AGE - 28) * DAY);
    expect(await reminders()).to.have.length(2);
  });

  it('is not reminded where her password never expires, or not yet, or she cannot sign in', async () => {
    const never = await somebody('staff');
    const off = await somebody('aging', { active: false });
    const short = await somebody('short');
    await world().later(DAY);
    expect(await subjects(short)).to.deep.equal([]);
    await world().later(DAY);
    expect(await subjects(short)).to.deep.equal(['Your password expires in 3 days']);
    await world().later((AGE - 5) * DAY);
    expect(await subjects(never)).to.deep.equal([]);
    expect(await subjects(off)).to.deep.equal([]);
  });
});

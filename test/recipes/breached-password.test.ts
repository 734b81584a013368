import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { breachHash } from '../../plugins/sspr/password-rules/hash-line.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { and, eq } from '../../src/store/query.ts';
import { startBreachRange } from '../support/breach-range.ts';
import type { BreachRangeServer } from '../support/breach-range.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { world } from '../support/world.ts';
import type { ConfigTree, World } from '../support/world.ts';
import { opens } from '../sspr/registering.ts';

const LEAKED = 'to be or not to be 1603';
const IN_FILE = 'an elephant never forgets';
const FRESH = 'violet teapots at noon';

const UNMET = /Not met:\s*Not a password that is known from leaks/;
const MET = /Met:\s*Not a password that is known from leaks/;

const eventsOf = async ({ app }: World, { id }: Person, type: string): Promise<readonly unknown[]> =>
  (await app.foundation.store.find(auditEvents, and(eq('subject', id), eq('type', type)))).docs;

/** Neither a password nor what it could be told by. */
const tellsNothing = ({ lines }: World, ...passwords: readonly string[]): void => {
  const text = JSON.stringify(lines);
  for (const password of passwords) {
    expect(text).not.to.contain(password).and.not.to.contain(breachHash(password)).and.not.to.contain('/range/');
  }
};

const types = (bob: Person, password: string): Promise<void> => bob.browser.submit({ 'new-password': password });

onEveryEngine('A password that is known from leaks', (store) => {
  let range: BreachRangeServer;
  let file: string;
  let w: World;
  const fill = (): Promise<void> => writeFile(file, `${breachHash(IN_FILE)}:2\r\n`);
  const begin = async (onFailure: string, other: ConfigTree = {}): Promise<void> => {
    w = await world({ store, sspr: { password: { breached: { range: { url: range.url, onFailure }, ...other } } } });
  };
  before(async () => {
    range = await startBreachRange();
    range.knows(LEAKED, 4122);
    file = join(await mkdtemp(join(tmpdir(), 'latchkey-breached-')), 'hashes.txt');
    await fill();
  });
  beforeEach(async () => {
    range.mood = undefined;
    await fill();
  });
  after(async () => {
    await range[Symbol.asyncDispose]();
    await rm(dirname(file), { recursive: true });
  });

  const choosing = async (language = 'en'): Promise<Person> => {
    const bob = (await w.person('bob', { registered: true })).with(w.browser(language));
    await bob.opensReset();
    await bob.typesCode();
    return bob;
  };

  describe('where a range is asked that may fail', () => {
    before(() => begin('accept'));
    after(() => w[Symbol.asyncDispose]());

    it('is refused with the rule that it breaks, and nothing is changed until another one is chosen', async () => {
      const bob = await choosing();
      expect(await bob.browser.text()).to.contain('Not a password that is known from leaks');
      await types(bob, LEAKED);
      expect(bob.browser.status).to.equal(422);
      expect(await bob.browser.text()).to.contain('Choose a password that meets every rule below');
      expect(await bob.browser.text()).to.match(UNMET);
      expect(await opens(w, bob, bob.password)).to.equal(true);
      await types(bob, FRESH);
      expect(await bob.browser.heading()).to.equal('Your password is changed');
      expect(await opens(w, bob, FRESH)).to.equal(true);
      expect(await eventsOf(w, bob, 'password.unchecked')).to.deep.equal([]);
      tellsNothing(w, LEAKED, FRESH);
    });

    it('is refused in German too', async () => {
      const bob = await choosing('de');
      await types(bob, LEAKED);
      expect(await bob.browser.text()).to.contain('Wählen Sie ein Passwort, das alle Regeln unten erfüllt');
      expect(await bob.browser.text()).to.match(/Nicht erfüllt:\s*Kein Passwort, das aus Datenlecks bekannt ist/);
    });

    it('is asked about once a post, and only when what is cheaper to judge is met', async () => {
      const bob = await choosing();
      const before = range.asked.length;
      await types(bob, 'short');
      await types(bob, 'Passwort-Willkommen1');
      expect(range.asked.length - before).to.equal(0);
      // An earlier password is told from others by hashing, which comes last.
      await types(bob, bob.password);
      expect(await bob.browser.text()).to.match(MET);
      expect(range.asked.length - before).to.equal(1);
      await types(bob, FRESH);
      expect(range.asked.length - before).to.equal(2);
    });

    it('passes while the range does not answer, and the log and the audit say that it was not checked', async () => {
      const bob = await choosing();
      range.mood = { status: 503, body: '' };
      await types(bob, LEAKED);
      expect(await bob.browser.heading()).to.equal('Your password is changed');
      const [event] = await eventsOf(w, bob, 'password.unchecked');
      expect(event).to.deep.include({ reason: 'breached' });
      expect(w.lines.map(({ level, facts }) => ({ level, facts }))).to.deep.include({
        level: 'warn',
        facts: { cause: 'HTTP 503', onFailure: 'accept' },
      });
      tellsNothing(w, LEAKED);
    });
  });

  describe('where a file is looked at first, and a range that may not fail', () => {
    before(() => begin('refuse', { file }));
    after(() => w[Symbol.asyncDispose]());

    it('cannot be told from others while the range gives no answer, so that none is taken, and the page says why', async () => {
      const bob = await choosing();
      range.mood = { status: 200, body: 'garbled' };
      await types(bob, FRESH);
      const text = await bob.browser.text();
      expect(text).to.contain('cannot be checked right now. Nothing was changed.');
      expect(text).not.to.match(UNMET).and.not.to.match(MET);
      expect(await opens(w, bob, bob.password)).to.equal(true);
      range.mood = undefined;
      await types(bob, FRESH);
      expect(await bob.browser.heading()).to.equal('Your password is changed');
    });

    it('is asked of nobody when the file has it, and of the range when not', async () => {
      const bob = await choosing();
      const before = range.asked.length;
      await types(bob, IN_FILE);
      expect(await bob.browser.text()).to.match(UNMET);
      expect(range.asked.length - before).to.equal(0);
      await types(bob, LEAKED);
      expect(await bob.browser.text()).to.match(UNMET);
      expect(range.asked.length - before).to.equal(1);
    });

    it('cannot be told from others without the file, so that none is taken', async () => {
      const bob = await choosing();
      await rm(file);
      await types(bob, FRESH);
      expect(await bob.browser.text()).to.contain('cannot be checked right now. Nothing was changed.');
      expect(await opens(w, bob, bob.password)).to.equal(true);
      expect(w.lines.map(({ level, facts }) => ({ level, facts }))).to.deep.include({
        level: 'error',
        facts: { cause: 'ENOENT' },
      });
    });
  });
});

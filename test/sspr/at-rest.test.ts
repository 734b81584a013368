import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import {
  answersQuestions,
  answerTo,
  choosesPassword,
  givesCode,
  hasAlternateMail,
  hasQuestions,
  NEW_PASSWORD,
  startsReset,
} from './registering.ts';

/** Everything that the server keeps and logs, as one text. */
const everything = async (w: World): Promise<string> => {
  const folder = w.app.foundation.config.dataDir;
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'));
  return [...(await Promise.all(files)), JSON.stringify(w.lines)].join('\n');
};

const TYPED = 'hunter2-in-the-wrong-field';

describe('a reset', () => {
  it('leaves no live code, link, answer, password or mistyped name in any file or line of the log', async () => {
    await using w = await world({ sspr: { policies: [{ name: 'all', gates: 2, methods: ['email', 'questions'] }] } });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await hasQuestions(w, alice);
    await startsReset(w, w.browser(), TYPED);
    await startsReset(w, alice.browser, 'alice');
    const { code, link } = await alice.alternateInbox();
    const secret = link.split('.').at(-1) ?? '';
    const spoken = `${code.slice(0, 4)} ${code.slice(4)}`;
    const cookie = (alice.browser.cookies.header(new URL(w.issuer)) ?? '')
      .split(/[.;=]/)
      .filter((part) => part.length === 43);
    expect(cookie).to.have.length.greaterThan(0);
    const live = [code, spoken, secret, TYPED, answerTo('first-street'), NEW_PASSWORD, ...cookie];
    const none = async (): Promise<void> => {
      const kept = await everything(w);
      expect(kept).to.contain('alice');
      for (const one of live) expect(kept.includes(one), one).to.equal(false);
    };
    await none();
    await givesCode(alice.browser, '00000000');
    await givesCode(alice.browser, code);
    await answersQuestions(alice.browser);
    await none();
    await choosesPassword(alice.browser);
    await w.settle();
    await none();
  });
});

import { join } from 'node:path';
import { expect } from 'chai';
import { errorsOf } from '../../plugins/sspr/password-rules/refusal.ts';
import { createAssets } from '../../src/http/assets.ts';
import { loadMessages } from '../../src/http/messages.ts';
import { pageModel } from '../../src/http/page-model.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { PasswordRefused } from '../../src/plugin.ts';
import type { RefusalFacts } from '../../src/plugin.ts';

type Reason = PasswordRefused['reason'];

/** The field that each refusal stands at; a reason without a line here does not compile. */
const PLACES: Readonly<Record<Reason, 'current' | 'password' | 'form'>> = {
  wrong_password: 'current',
  too_short: 'password',
  complexity: 'password',
  history: 'password',
  too_young: 'password',
  not_found: 'form',
  ambiguous: 'form',
  no_permission: 'form',
  disabled: 'form',
  unreachable: 'form',
  read_only: 'form',
  misconfigured: 'form',
};

const reasons = Object.keys(PLACES) as readonly Reason[];

const RAW = '0000052D: Constraint violation - check_password_restrictions <svr>';

const messages = loadMessages(
  [
    { folder: join(packageRoot, 'config/locales') },
    { folder: join(packageRoot, 'plugins/sspr/messages'), prefix: 'sspr' },
  ],
  ['en', 'de'],
);

describe('a password that a directory refused', () => {
  const sentence = (locale: string, reason: Reason, facts: RefusalFacts = {}): string => {
    const refs = Object.values(errorsOf(new PasswordRefused(reason, RAW, facts)));
    const { phrase } = pageModel(messages.in(locale), createAssets({}), systemClock);
    return refs.map((ref) => phrase(ref)).join();
  };

  it('is told in a sentence of its own for each reason, in every language, and never in the server’s words', () => {
    for (const locale of messages.locales) {
      const said = reasons.map((reason) => sentence(locale, reason));
      expect(new Set(said).size).to.equal(reasons.length);
      for (const each of said) {
        expect(each)
          .to.match(/^\p{Lu}.*\.$/u)
          .and.not.include('Constraint')
          .and.not.include('sspr.')
          .and.not.include('{');
      }
    }
  });

  it('is told at the field that can mend it, and above the form where none can', () => {
    for (const reason of reasons) {
      expect(Object.keys(errorsOf(new PasswordRefused(reason, RAW))), reason).to.deep.equal([PLACES[reason]]);
    }
  });

  it('is told with the number and the time that the directory gave', () => {
    expect(sentence('en', 'too_short', { least: 12 })).to.include('at least 12 characters');
    expect(sentence('de', 'too_short', { least: 12 })).to.include('mindestens 12 Zeichen');
    expect(sentence('en', 'history', { remembered: 24 })).to.include('one of your last 24 passwords');
    expect(sentence('de', 'history', { remembered: 24 })).to.include('eines Ihrer letzten 24 Passwörter');
    const until = Date.UTC(2026, 10, 23, 9, 30);
    for (const locale of ['en', 'de']) {
      expect(sentence(locale, 'too_young', { until })).to.match(
        /<time datetime="2026-11-23T09:30:00.000Z" data-moment="">[^<]*2026[^<]*<\/time>/,
      );
    }
  });
});

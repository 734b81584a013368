import { expect } from 'chai';
import { openLink } from '../../plugins/ldap/connection/open-link.ts';
import { turns } from '../../plugins/ldap/connection/turns.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createAuthority } from '../support/certificate.ts';
import { testClock } from '../support/clock.ts';
import { failureOf, linkBy, scriptedOptions, soon } from './link-to.ts';
import { ASKED, binds, credentials, right, scriptedServer } from './scripted-server.ts';

const modify = { operation: 'replace', attribute: 'description', values: ['x'] } as const;

describe('Connections to a directory', () => {
  it('are kept for the service account, no more than configured, and given up when long idle', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkBy(scriptedOptions([server.url], { pool: { connections: 2 } }));
    await Promise.all(Array.from({ length: 8 }, () => link.withService((ldap) => ldap.modify('cn=x', [modify]))));
    expect([server.connections, server.most, binds(server)]).to.deep.equal([2, 2, 2]);
    link.clock.advance(60_001);
    await link.withService((ldap) => ldap.modify('cn=x', [modify]));
    expect(server.connections).to.equal(3);
  });

  it('are of no use to whoever kept one after giving it back', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkBy(scriptedOptions([server.url]));
    const kept = await link.withService(async (ldap) => ldap);
    const failed = await kept.entry('cn=x').catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(AppError).and.include({ code: 'internal' });
    expect(await link.withService((ldap) => ldap.entry('cn=x'))).to.equal(undefined);
    expect(server.connections).to.equal(1);
  });

  it('are fresh for every password of a person, and closed after it', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkBy(scriptedOptions([server.url]));
    await link.bindAs('cn=x', 'password');
    await link.bindAs('cn=x', 'wrong');
    await link.asPerson('cn=x', 'password', async () => 'done');
    expect(server.connections).to.equal(3);
    while (server.open > 0) await soon();
    expect(server.asked.filter(({ tag }) => tag === ASKED.unbind)).to.have.length(3);
  });

  it('are few while a slow directory is asked for two hundred passwords, and none of them waits for the service', async () => {
    const waiting: (() => void)[] = [];
    let released = false;
    await using server = await scriptedServer({
      answer: async (asked) => {
        const isPersons = asked.tag === ASKED.bind && credentials(asked)[0] === 'cn=person';
        if (isPersons && !released) await new Promise<void>((resolve) => waiting.push(resolve));
        return right(asked);
      },
    });
    using link = linkBy(scriptedOptions([server.url], { pool: { binds: 10 } }));
    const all = Promise.all(Array.from({ length: 200 }, () => link.bindAs('cn=person', 'password')));
    while (waiting.length < 10) await soon();
    // All that may be open are, and hang; the service account and another directory go on meanwhile.
    expect(await link.withService(async (ldap) => ldap.server.url)).to.equal(server.url);
    using other = linkBy(scriptedOptions([server.url]));
    expect(await other.bindAs('cn=other', 'password')).to.include({ right: true });
    released = true;
    for (const release of waiting) release();
    expect((await all).every((outcome) => outcome.right)).to.be.true;
    expect(server.most).to.be.at.most(12);
  });

  it('are not waited for without end: whoever gets no turn is told that the directory is busy', async () => {
    await using server = await scriptedServer({ answer: () => 'silence' });
    using link = linkBy(scriptedOptions([server.url], { pool: { binds: 1 } }), { answer: 60 });
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => failureOf(link.bindAs('cn=x', 'password'))));
    const busy = outcomes.filter(({ code }) => code === 'busy');
    expect(busy.length).to.be.at.least(26);
    expect(busy.every(({ outcomeUnknown, isOutage }) => !outcomeUnknown && isOutage)).to.be.true;
    expect(server.connections).to.be.at.most(4);
  });

  it('do nothing late for whoever was told that there was no turn', async () => {
    const few = turns('corp', 1, 30);
    let release = (): void => undefined;
    const first = few.run(() => new Promise<void>((resolve) => (release = resolve)));
    let ran = false;
    const second = failureOf(
      few.run(async () => {
        ran = true;
      }),
    );
    expect((await second).code).to.equal('busy');
    release();
    await first;
    await soon();
    expect(ran).to.be.false;
    expect(await few.run(async () => 'free again')).to.equal('free again');
  });

  it('end with the link, and none is made after', async () => {
    await using server = await scriptedServer({
      answer: (asked) => (asked.tag === ASKED.modify ? 'silence' : right(asked)),
    });
    const link = linkBy(scriptedOptions([server.url]));
    await link.withService(async () => 'in the pool');
    const hanging = failureOf(link.withService((ldap) => ldap.modify('cn=x', [modify])));
    while (!server.asked.some(({ tag }) => tag === ASKED.modify)) await soon();
    link.close();
    expect(await hanging).to.include({ code: 'unreachable', outcomeUnknown: true });
    expect((await failureOf(link.bindAs('cn=x', 'password'))).code).to.equal('unreachable');
    while (server.open > 0) await soon();
  });

  for (const [what, certified] of [
    ['has expired', createAuthority('A').issue(['localhost'], { expired: true })],
    ['is of an authority that nobody named', createAuthority('B').issue(['localhost'])],
  ] as const) {
    it(`are not made where the certificate ${what}`, async () => {
      await using server = await scriptedServer({ certified, answer: right });
      using link = linkBy(scriptedOptions([server.url]));
      expect(await failureOf(link.bindAs('cn=x', 'password'))).to.include({ code: 'tls', outcomeUnknown: false });
      expect(server.asked).to.deep.equal([]);
    });
  }
});

describe('A directory that nobody uses', () => {
  it('opens nothing', () => {
    const quiet = () => undefined;
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const link = openLink('corp', scriptedOptions(['ldaps://nobody.invalid']), {
      clock: testClock(),
      random: systemRandom,
      log,
    });
    link.close();
  });
});

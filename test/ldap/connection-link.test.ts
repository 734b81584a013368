import type { SrvRecord } from 'node:dns';
import { expect } from 'chai';
import { openLink } from '../../plugins/ldap/connection/open-link.ts';
import { turns } from '../../plugins/ldap/connection/turns.ts';
import { serverList } from '../../plugins/ldap/connection/servers.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createAuthority } from '../support/certificate.ts';
import { testClock } from '../support/clock.ts';
import { freePort } from '../support/free-port.ts';
import { directoryOptions, failureOf, linkBy, localhostCa } from './link-to.ts';
import { ASKED, credentials, result, scriptedServer } from './scripted-server.ts';
import type { Asked, Reply, ScriptedServer } from './scripted-server.ts';

const PAUSE = 10_000;

const right = (asked: Asked): Reply => {
  const refused = asked.tag === ASKED.bind && credentials(asked)[1].startsWith('wrong');
  return result(asked, refused ? 49 : 0);
};

const optionsOf = (urls: readonly string[], others: Readonly<Record<string, unknown>> = {}) =>
  directoryOptions({ servers: urls, ca: localhostCa(), bindPassword: 'plain:service', ...others });

const modify = { operation: 'replace', attribute: 'description', values: ['x'] } as const;

/** After whatever the sockets of this process have to say by now. */
const soon = () => new Promise((resolve) => setImmediate(resolve));

const binds = ({ asked }: ScriptedServer): number => asked.filter(({ tag }) => tag === ASKED.bind).length;

describe('Several servers of a directory', () => {
  it('are tried in their order, for the service account and for people', async () => {
    await using server = await scriptedServer({ answer: right });
    const dead = `ldaps://localhost:${await freePort()}`;
    using link = linkBy(optionsOf([dead, server.url]));
    expect(await link.withService(async (ldap) => ldap.server.url)).to.equal(server.url);
    expect((await link.bindAs('cn=x', 'password')).server?.url).to.equal(server.url);
  });

  it('are not tried for a password that was refused, nor for one that may have been counted', async () => {
    await using hanging = await scriptedServer({ answer: () => 'reset' });
    await using second = await scriptedServer({ answer: right });
    using link = linkBy(optionsOf([hanging.url, second.url]));
    expect(await failureOf(link.bindAs('cn=x', 'password'))).to.include({
      code: 'unreachable',
      outcomeUnknown: true,
      server: hanging.url,
    });
    expect(second.connections).to.equal(0);
    using other = linkBy(optionsOf([second.url, hanging.url]));
    expect(await other.bindAs('cn=x', 'wrong')).to.include({ right: false, code: 49 });
    expect(hanging.connections).to.equal(1);
  });

  for (const code of [51, 52]) {
    it(`are tried where one says that it cannot now (${code}), since it looked at no password`, async () => {
      await using busy = await scriptedServer({ answer: (asked) => result(asked, code) });
      await using second = await scriptedServer({ answer: right });
      using link = linkBy(optionsOf([busy.url, second.url]));
      expect((await link.bindAs('cn=x', 'password')).server?.url).to.equal(second.url);
      expect(await link.withService(async (ldap) => ldap.server.url)).to.equal(second.url);
      using alone = linkBy(optionsOf([busy.url]));
      expect(await failureOf(alone.bindAs('cn=x', 'password'))).to.include({ code, isOutage: true });
    });
  }

  it('are named by work, so that a later look goes to the same one', async () => {
    await using first = await scriptedServer({ answer: right });
    await using second = await scriptedServer({ answer: right });
    using link = linkBy(optionsOf([first.url, second.url]));
    const at = await link.withService(async ({ server }) => server, {
      server: (await link.servers())[1] ?? expect.fail(),
    });
    expect(at.url).to.equal(second.url);
    expect((await link.bindAs('cn=x', 'password', { server: at })).server?.url).to.equal(second.url);
    await second[Symbol.asyncDispose]();
    expect((await failureOf(link.bindAs('cn=x', 'password', { server: at }))).server).to.equal(second.url);
    expect(first.connections).to.equal(0);
  });

  it('do work again that only reads, and no other', async () => {
    const fragile = (asked: Asked): Reply =>
      asked.tag === ASKED.search || asked.tag === ASKED.modify ? 'reset' : right(asked);
    await using first = await scriptedServer({ answer: fragile });
    await using second = await scriptedServer({ answer: (asked) => right(asked) });
    using link = linkBy(optionsOf([first.url, second.url]));
    const read = await link.withService(
      async (ldap) => {
        await ldap.entry('cn=x');
        return ldap.server.url;
      },
      { repeatable: true },
    );
    expect(read).to.equal(second.url);
    const failure = await failureOf(link.withService((ldap) => ldap.modify('cn=x', [modify])));
    expect(failure).to.include({ outcomeUnknown: true, server: first.url });
    expect(second.asked.some(({ tag }) => tag === ASKED.modify)).to.be.false;
  });

  it('reconnect for reading where a connection of the pool had died unseen', async () => {
    let deaths = 1;
    await using server = await scriptedServer({
      answer: (asked) =>
        asked.tag === ASKED.search && asked.connection === 0 && deaths-- > 0 ? 'reset' : right(asked),
    });
    using link = linkBy(optionsOf([server.url]));
    await link.withService(async () => 'now it is in the pool');
    await link.withService((ldap) => ldap.entry('cn=x'), { repeatable: true });
    expect(server.connections).to.equal(2);
  });
});

describe('The circuit of a server', () => {
  it('opens after three failures in a row, lets one try after a pause, and closes with the first success', async () => {
    let mood: 'well' | 'ill' = 'ill';
    await using server = await scriptedServer({ answer: (asked) => (mood === 'ill' ? 'reset' : right(asked)) });
    using link = linkBy(optionsOf([server.url]));
    const tryIt = async () => await failureOf(link.bindAs('cn=x', 'password'));
    for (let failures = 0; failures < 3; failures += 1) await tryIt();
    expect(server.connections).to.equal(3);
    expect((await link.servers()).map(({ url, isOpen }) => [url, isOpen])).to.deep.equal([[server.url, true]]);
    expect(await tryIt()).to.include({ code: 'unreachable', outcomeUnknown: false });
    expect(server.connections).to.equal(3);

    link.clock.advance(PAUSE);
    await Promise.all([tryIt(), tryIt(), tryIt()]);
    expect(server.connections).to.equal(4);

    mood = 'well';
    expect((await tryIt()).code).to.equal('unreachable');
    link.clock.advance(PAUSE);
    expect(await link.bindAs('cn=x', 'password')).to.include({ right: true });
    expect(await link.bindAs('cn=x', 'password')).to.include({ right: true });
    expect((await link.servers()).map(({ url, isOpen }) => [url, isOpen])).to.deep.equal([[server.url, false]]);
    expect(
      link.lines.filter(({ level }) => level !== 'debug').map(({ message, facts }) => [facts['server'], message]),
    ).to.deep.equal([
      [server.url, 'a directory server keeps failing and is left alone for a while'],
      [server.url, 'a directory server works again'],
    ]);
  });

  it('stays closed while failures come one by one, and whatever is refused', async () => {
    await using server = await scriptedServer({
      answer: (asked) => (asked.tag === ASKED.bind && credentials(asked)[1] === 'ill' ? 'reset' : right(asked)),
    });
    using link = linkBy(optionsOf([server.url]));
    for (let round = 0; round < 5; round += 1) {
      await failureOf(link.bindAs('cn=x', 'ill'));
      await failureOf(link.bindAs('cn=x', 'ill'));
      await link.bindAs('cn=x', 'wrong');
    }
    expect((await link.servers())[0]?.isOpen).to.be.false;
  });

  it('opens for one that is bound to and then says nothing, and the next is asked at once', async () => {
    await using hanging = await scriptedServer({
      answer: (asked) => (asked.tag === ASKED.bind ? right(asked) : 'silence'),
    });
    await using second = await scriptedServer({ answer: right });
    using link = linkBy(optionsOf([hanging.url, second.url]), { answer: 300 });
    const modified = () => link.withService((ldap) => ldap.modify('cn=x', [modify]));
    await Promise.all(Array.from({ length: 3 }, () => failureOf(modified())));
    await modified();
    expect(hanging.connections).to.equal(3);
  });

  it('opens for one that accepts connections and says nothing, within the time for a connection', async () => {
    await using mute = await scriptedServer({ security: 'none', answer: () => 'silence' });
    await using second = await scriptedServer({ answer: right });
    using link = linkBy(optionsOf([mute.url.replace('ldap:', 'ldaps:'), second.url]), { connect: 500 });
    const bind = () => link.bindAs('cn=x', 'password');
    const outcomes = [...(await Promise.all(Array.from({ length: 3 }, bind))), await bind(), await bind()];
    expect(outcomes.every(({ right: isRight }) => isRight)).to.be.true;
    expect(mute.connections).to.equal(3);
  });
});

describe('Connections to a directory', () => {
  it('are kept for the service account, no more than configured, and given up when long idle', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkBy(optionsOf([server.url], { pool: { connections: 2 } }));
    await Promise.all(Array.from({ length: 8 }, () => link.withService((ldap) => ldap.modify('cn=x', [modify]))));
    expect([server.connections, server.most, binds(server)]).to.deep.equal([2, 2, 2]);
    link.clock.advance(60_001);
    await link.withService((ldap) => ldap.modify('cn=x', [modify]));
    expect(server.connections).to.equal(3);
  });

  it('are of no use to whoever kept one after giving it back', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkBy(optionsOf([server.url]));
    const kept = await link.withService(async (ldap) => ldap);
    const failed = await kept.entry('cn=x').catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(AppError).and.include({ code: 'internal' });
    expect(await link.withService((ldap) => ldap.entry('cn=x'))).to.equal(undefined);
    expect(server.connections).to.equal(1);
  });

  it('are fresh for every password of a person, and closed after it', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkBy(optionsOf([server.url]));
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
    using link = linkBy(optionsOf([server.url], { pool: { binds: 10 } }));
    const all = Promise.all(Array.from({ length: 200 }, () => link.bindAs('cn=person', 'password')));
    while (waiting.length < 10) await soon();
    // All that may be open are, and hang; the service account and another directory go on meanwhile.
    expect(await link.withService(async (ldap) => ldap.server.url)).to.equal(server.url);
    using other = linkBy(optionsOf([server.url]));
    expect(await other.bindAs('cn=other', 'password')).to.include({ right: true });
    released = true;
    for (const release of waiting) release();
    expect((await all).every((outcome) => outcome.right)).to.be.true;
    expect(server.most).to.be.at.most(12);
  });

  it('are not waited for without end: whoever gets no turn is told that the directory is busy', async () => {
    await using server = await scriptedServer({ answer: () => 'silence' });
    using link = linkBy(optionsOf([server.url], { pool: { binds: 1 } }), { answer: 60 });
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
    const link = linkBy(optionsOf([server.url]));
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
      using link = linkBy(optionsOf([server.url]));
      expect(await failureOf(link.bindAs('cn=x', 'password'))).to.include({ code: 'tls', outcomeUnknown: false });
      expect(server.asked).to.deep.equal([]);
    });
  }
});

describe('Servers that the DNS names', () => {
  const record = (name: string, priority: number, weight: number, port = 389): SrvRecord => ({
    name,
    priority,
    weight,
    port,
  });

  const finding = (records: readonly SrvRecord[] | Error) => {
    const clock = testClock();
    const asked: string[] = [];
    const list = (dialect: string) =>
      serverList('corp', directoryOptions({ dialect, srv: 'corp.example' }), {
        clock,
        random: systemRandom,
        resolveSrv: async (name) => {
          asked.push(name);
          if (records instanceof Error) throw records;
          return records;
        },
      });
    return { clock, asked, list };
  };

  it('are looked up where Active Directory and others have them, by priority, and spoken to by StartTLS', async () => {
    const { asked, list } = finding([record('dc2.corp.example', 10, 0), record('DC1.corp.example.', 0, 100, 3389)]);
    const servers = await list('active-directory')();
    expect(servers.map(({ url, security }) => [url, security])).to.deep.equal([
      ['ldap://dc1.corp.example:3389', 'starttls'],
      ['ldap://dc2.corp.example:389', 'starttls'],
    ]);
    await list('openldap')();
    expect(asked).to.deep.equal(['_ldap._tcp.dc._msdcs.corp.example', '_ldap._tcp.corp.example']);
  });

  it('are drawn by weight within a priority', async () => {
    const { clock, list } = finding([record('light.corp.example', 0, 1), record('heavy.corp.example', 0, 99)]);
    const servers = list('openldap');
    let heavy = 0;
    for (let round = 0; round < 200; round += 1) {
      if ((await servers())[0]?.host.startsWith('heavy')) heavy += 1;
      clock.advance(300_001);
    }
    expect(heavy).to.be.above(170);
  });

  it('are believed inside the domain only', async () => {
    const { list } = finding([
      record('dc.evil.example', 0, 0),
      record('corp.example.evil', 0, 0),
      record('a.corp.example', 9, 0),
    ]);
    expect((await list('openldap')()).map(({ host }) => host)).to.deep.equal(['a.corp.example']);
  });

  it('are remembered for five minutes, and for longer while the DNS does not answer', async () => {
    const records = [record('a.corp.example', 0, 0)];
    const clock = testClock();
    let asked = 0;
    const list = serverList('corp', directoryOptions({ srv: 'corp.example' }), {
      clock,
      random: systemRandom,
      resolveSrv: async () => {
        asked += 1;
        if (asked > 1) throw new Error('ESERVFAIL');
        return records;
      },
    });
    await list();
    await list();
    expect(asked).to.equal(1);
    clock.advance(300_001);
    expect(await list()).to.have.length(1);
    expect(asked).to.equal(2);
  });

  it('are missed as an outage of the directory where none were ever found', async () => {
    const { list } = finding(new Error('ENOTFOUND'));
    expect(await failureOf(list('openldap')())).to.include({ code: 'unreachable', server: 'corp', isOutage: true });
  });
});

describe('A directory that nobody uses', () => {
  it('opens nothing', () => {
    const quiet = () => undefined;
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const link = openLink('corp', optionsOf(['ldaps://nobody.invalid']), {
      clock: testClock(),
      random: systemRandom,
      log,
    });
    link.close();
  });
});

import type { SrvRecord } from 'node:dns';
import { expect } from 'chai';
import { serverList } from '../../plugins/ldap/connection/servers.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { testClock } from '../support/clock.ts';
import { directoryOptions, failureOf } from './link-to.ts';

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

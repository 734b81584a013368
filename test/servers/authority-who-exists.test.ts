import { expect } from 'chai';
import type { Ldap } from '../../plugins/ldap/connection/ldap.ts';
import type { LdapOpened } from '../../plugins/ldap/index.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { countedWork } from '../support/work.ts';
import { CORP, useDirectoryWorld } from '../ldap/directory-world.ts';

const WRITES = new Set(['commit', 'slow hash']);
const WRONG = 'We could not sign you in with this user name and password.';
const AWAY = 'does not answer right now';

describeOnSamba('Whether somebody exists in a Samba domain', (samba) => {
  const work = countedWork();
  const world = useDirectoryWorld(samba, { surroundings: work.surroundings });
  const threshold = (lockoutThreshold: number) => samba().admin.setPolicy({ lockoutThreshold });
  before(() => threshold(10));
  after(() => threshold(0));

  /** What a directory is asked, one word each. */
  const spied = (): string[] => {
    const asked: string[] = [];
    const opened = world().app.foundation.opened.of({ name: 'ldap' }) as LdapOpened;
    const link = opened.directories.get(CORP)?.link;
    if (!link) throw new Error('the directory is called corp');
    const { withService, bindAs } = link;
    Object.assign(link, {
      withService: <T>(task: (ldap: Ldap) => Promise<T>, options?: Parameters<typeof withService>[1]): Promise<T> =>
        withService((ldap) => {
          const seen = new Proxy(ldap, {
            get(target, name): unknown {
              if (name !== 'server') asked.push(String(name));
              return Reflect.get(target, name);
            },
          });
          return task(seen);
        }, options),
      bindAs: (...given: Parameters<typeof bindAs>) => {
        asked.push('bind');
        return bindAs(...given);
      },
    } satisfies Partial<typeof link>);
    return asked;
  };

  it('is told by no answer, by nothing that the domain is asked, and by nothing that is written', async () => {
    const asked = spied();
    const { person } = await world().joins({ name: 'ada' });
    const cost = async (username: string) => {
      const browser = world().browser();
      await browser.open(await world().party.authorizationUrl({}));
      const steps: unknown[] = [];
      // Past what strangers may spend of the domain's patience, and with one password twice.
      for (const password of ['One-1', 'Two-2', 'Two-2', 'Three-3', 'Four-4', 'Five-5']) {
        asked.length = 0;
        const done = await work.during(() => browser.submit({ username, 'current-password': password }));
        // One commit has as many rows as there are counters; how many commits there are takes time.
        const written = done.map((step) => step.replace(/^commit .*/, 'commit')).filter((step) => WRITES.has(step));
        steps.push({ asked: [...asked], written, page: (await browser.text()).includes(WRONG) });
      }
      return steps;
    };
    // The policy of most people is asked for once in a while, whoever comes first.
    await cost((await world().joins({ name: 'first' })).person.userName);
    const somebody = await cost(person.userName);
    expect(JSON.stringify(somebody)).to.include('bind');
    expect(await cost('nobody-at-all')).to.deep.equal(somebody);
  });

  it('is told by no outage', async () => {
    const { person } = await world().joins({ name: 'bert' });
    await samba().kill();
    try {
      for (const username of [person.userName, 'nobody-else']) {
        const browser = world().browser();
        await browser.open(await world().party.authorizationUrl({}));
        await browser.submit({ username, 'current-password': PASSWORD });
        expect(await browser.text(), username).to.include(AWAY);
      }
    } finally {
      await samba().restart();
    }
  });
});

import { expect } from 'chai';
import { ldap } from '../../plugins/ldap/index.ts';
import type { DirectoryAuthority } from '../../plugins/ldap/authority/authority.ts';
import { serverFindings } from '../../plugins/ldap/commands/findings/servers.ts';
import { clockFinding } from '../../plugins/ldap/commands/findings/service-account.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { DAY, MINUTE, systemClock } from '../../src/kernel/clock.ts';
import { terminal } from '../cli/terminal.ts';
import type { Terminal } from '../cli/terminal.ts';
import { CORP, directorySection } from '../ldap/directory-world.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import type { ConfigTree } from '../support/premises.ts';

const plugins = [ldap] as unknown as Parameters<typeof terminal>[2];

const at = (now: number) => ({ now: () => now });

describeOnSamba('What the doctor sees of a Samba domain', (samba) => {
  const terminalWith = (others: ConfigTree = {}): Promise<Terminal> =>
    terminal([doctor], [], plugins, { ldap: { directories: { [CORP]: directorySection(samba(), others) } } });

  let t: Terminal;
  beforeEach(async () => {
    t = await terminalWith();
  });
  afterEach(() => t[Symbol.asyncDispose]());

  const authority = (): DirectoryAuthority => t.server.opened.authorities[CORP] as DirectoryAuthority;

  it('is a certificate that ends soon, before it does', async () => {
    const [today] = await serverFindings(authority(), systemClock, CORP);
    const [, day = ''] = /ends on (\S+),/.exec(today?.text ?? '') ?? [];
    expect(today?.level).to.equal('ok');
    const [late] = await serverFindings(authority(), at(Date.parse(day) - 10 * DAY), CORP);
    expect(late).to.include({ level: 'warning' });
    expect(late?.advice).to.match(/^Renew it in time/);
  });

  it('are clocks that differ, by minutes a warning and by more an error', async () => {
    const found = async (skew: number): Promise<string | undefined> => {
      const clock = at(systemClock.now() + skew);
      const [finding] = await authority().link.withService((way) => clockFinding(CORP, way, clock));
      return finding?.level;
    };
    expect(await found(0)).to.equal('ok');
    expect(await found(3 * MINUTE)).to.equal('warning');
    expect(await found(-10 * MINUTE)).to.equal('error');
  });

  it('is a service account that may do more than resets need', async () => {
    await samba().admin.addPerson({ name: 'ada' });
    const { adminDn: bindDn, adminPassword } = samba();
    await using asAdministrator = await terminalWith({ bindDn, bindPassword: `plain:${adminPassword}` });
    expect((await asAdministrator.run(['doctor'])).out).to.match(
      /WARNING +directory corp +The service account may give itself every right over people, which resets do not need/,
    );
    expect((await t.run(['doctor'])).out).to.include('The service account has few rights.');
  });

  it('is a service account without the rights of a reset, and the command that prints how to give them', async () => {
    const { admin, outsideDn } = samba();
    await admin.clear();
    const bindDn = await admin.addPerson({ name: 'svc-without', parentDn: outsideDn });
    await admin.addPerson({ name: 'ada' });
    const people = { base: samba().peopleDn };
    await using without = await terminalWith({ bindDn, bindPassword: `plain:${PASSWORD}`, people });
    await without.run(['directory', 'import']);
    const { code, out } = await without.run(['doctor']);
    expect(code).to.equal(1);
    expect(out)
      .to.match(/^ERROR +directory corp +A reset would be written for 0 of 1 people/m)
      .and.include('the rights to give by: latchkey writeback setup');
  });
});

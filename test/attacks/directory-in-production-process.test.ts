import { join } from 'node:path';
import { expect } from 'chai';
import { directorySection } from '../ldap/directory-world.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { sqlite } from '../support/engines.ts';
import { startProduction, victims } from '../support/production.ts';
import type { Production } from '../support/production.ts';
import { latchkey } from '../toolchain/program.ts';

const inProduction = async (slapd: DirectoryServer): Promise<Production> => {
  const { admin, servicePassword, peopleDn } = slapd;
  await admin.clear();
  for (const { userName, password, mail } of victims) {
    await admin.addPerson({ name: userName, surname: userName, password, mail });
  }
  const corp = directorySection(slapd, {
    bindPassword: 'env:BIND_PASSWORD',
    import: { enabled: true },
    people: { base: peopleDn },
  });
  return startProduction({
    store: sqlite,
    ldap: { directories: { corp } },
    environment: { BIND_PASSWORD: servicePassword },
    async populate(env) {
      const { code, stdout, stderr } = await latchkey(['directory', 'import'], env);
      expect(code, `${stdout}${stderr}`).to.equal(0);
    },
  });
};

describeOnSlapd('npm run attack, on a server in production whose people are in a directory', (slapd) => {
  it('holds all of them off, and what was reset is in the directory', async function () {
    this.timeout(300_000);
    await using production = await inProduction(slapd());
    const { attack, url, folder, mailbox } = production;
    const { code, stdout, stderr } = await attack(url, '--people', join(folder, 'people.json'), '--inbox', mailbox);
    expect(stdout, `${stdout}\n${stderr}`).to.match(/\d\d held, 0 broken, 0 not tried\./);
    expect(code, stderr).to.equal(0);
    const dns = victims.map(({ userName }) => `uid=${userName},${slapd().peopleDn}`);
    const answers = await Promise.all(dns.map((dn) => slapd().bind(dn, 'violet teapots at noon')));
    expect(answers.filter(({ ok }) => ok)).to.have.length.above(0);
  });
});

import { expect } from 'chai';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { subCode } from './answers.ts';

describeOnSamba('A Samba AD of the tests', (samba) => {
  it('tells the administrator by password, over LDAPS with its certificate verified', async () => {
    const { adminDn, adminPassword, bind } = samba();
    expect(await bind(adminDn, adminPassword)).to.deep.equal({ ok: true });
    expect(subCode(await bind(adminDn, 'wrong'))).to.equal('52e');
  });

  it('tells apart why a bind fails', async () => {
    const { admin, bind } = samba();
    const dn = await admin.addPerson({ name: 'alice', givenName: 'Alice', surname: 'Arden' });
    const answer = async () => subCode(await bind(dn, PASSWORD));
    expect(await answer()).to.equal('right');
    expect(subCode(await bind(dn, 'wrong'))).to.equal('52e');
    await admin.lock(dn);
    expect(await answer()).to.equal('775');
    await admin.unlock(dn);
    expect(await answer()).to.equal('right');
    await admin.mustChange(dn);
    expect(await answer()).to.equal('773');
    await admin.setPassword(dn, PASSWORD);
    await admin.expirePassword(dn);
    expect(await answer()).to.equal('532');
    await admin.setPassword(dn, PASSWORD);
    await admin.disable(dn);
    expect(await answer()).to.equal('533');
    await admin.enable(dn);
    await admin.expireAccount(dn);
    expect(await answer()).to.equal('701');
  });
});

import { expect } from 'chai';
import { dialectOf } from '../../plugins/ldap/dialects/list.ts';
import { failureOf, linkBy, optionsFor } from '../ldap/link-to.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

describeOnSlapd('An account of OpenLDAP that is closed for good while it is unlocked', (slapd) => {
  const dialect = dialectOf.openldap;

  afterEach(() => slapd().admin.clear());

  it('stays closed', async () => {
    const { admin } = slapd();
    const dn = await admin.addPerson({ name: 'ada' });
    await admin.lock(dn);
    using link = linkBy(optionsFor(slapd()));
    await link.withService(async (ldap) => {
      const entry = await ldap.entry(dn, dialect.attributes);
      if (!entry) throw new Error('she is here');
      await admin.disable(dn);
      expect((await failureOf(dialect.unlock(ldap, entry))).code).to.equal(16);
    });
    expect(await admin.read(dn, 'pwdAccountLockedTime')).to.equal('000001010000Z');
    expect(await slapd().bind(dn, PASSWORD)).to.include({ ok: false });
  });
});

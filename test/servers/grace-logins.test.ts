import { expect } from 'chai';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { accountOf, useDirectoryWorld } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';

describeOnSlapd('Sign-ins that slapd grants after a password has expired', (slapd) => {
  const world = useDirectoryWorld(slapd);
  const grant = (binds: number) =>
    slapd().admin.replace(`cn=default,ou=Policies,${slapd().baseDn}`, { pwdGraceAuthNLimit: String(binds) });

  beforeEach(() => slapd().admin.clear());
  afterEach(() => grant(0));

  it('lead to a change of it, as an expired one does without them, and to nothing else', async () => {
    const { passwords } = world().app.foundation.directory;
    const { dn, person } = await world().joins({ name: 'grace' });
    await grant(2);
    await slapd().admin.expirePassword(dn);
    const account = await accountOf(world(), person);
    expect(await passwords.verify(account, PASSWORD)).to.deep.equal({ outcome: 'must-change', reason: 'expired' });
    expect(await slapd().admin.read(dn, 'pwdGraceUseTime')).to.not.equal(undefined);
    await world().app.foundation.store.commit(await passwords.change(account, PASSWORD, NEXT));
    expect(await passwords.verify(account, NEXT)).to.deep.equal({ outcome: 'right' });
  });
});

import { expect } from 'chai';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { change } from '../support/directories/common-work.ts';
import { changeAs, resetAs } from '../support/directories/password-writes.ts';
import { answerTo, asService, codeOf, subCode } from './answers.ts';

const SECOND = 'Second-Summer-8';
const THIRD = 'Third-Autumn-9';
const INSUFFICIENT_ACCESS = 50;

describeOnSamba('A Samba AD of the tests', (samba) => {
  beforeEach(async () => {
    await samba().admin.clear();
  });

  it('tells the administrator by password, over LDAPS with its certificate verified', async () => {
    const { adminDn, adminPassword, bind } = samba();
    expect(await bind(adminDn, adminPassword)).to.deep.equal({ ok: true });
    expect(subCode(await bind(adminDn, 'wrong'))).to.equal('52e');
  });

  it('tells apart why a bind fails, and of a lock also to a wrong password', async () => {
    const { admin, bind } = samba();
    const dn = await admin.addPerson({ name: 'alice', givenName: 'Alice', surname: 'Arden' });
    const answers = async () => [subCode(await bind(dn, PASSWORD)), subCode(await bind(dn, 'wrong'))];
    expect(await answers()).to.deep.equal(['right', '52e']);
    await admin.lock(dn);
    expect(await answers()).to.deep.equal(['775', '775']);
    await admin.setPolicy({ lockoutThreshold: 0 });
    await admin.unlock(dn);
    expect(await answers()).to.deep.equal(['right', '52e']);
    await admin.mustChange(dn);
    expect(await answers()).to.deep.equal(['773', '52e']);
    await admin.setPassword(dn, PASSWORD);
    await admin.expirePassword(dn);
    expect(await answers()).to.deep.equal(['532', '52e']);
    await admin.setPassword(dn, PASSWORD);
    await admin.disable(dn);
    expect(await answers()).to.deep.equal(['533', '52e']);
    await admin.enable(dn);
    await admin.expireAccount(dn);
    expect(await answers()).to.deep.equal(['701', '52e']);
  });

  const reset = (dn: string, password: string) =>
    asService(samba(), (client) => resetAs(samba(), client, dn, password));
  const changed = (dn: string, old: string, next: string) =>
    answerTo(samba(), { dn, password: old }, (client) => changeAs(samba(), client, dn, { old, next }));

  it('takes the last password for an hour after a reset and after a change, and no older one', async () => {
    const { admin, bind } = samba();
    for (const way of [reset, (dn: string, next: string) => changed(dn, PASSWORD, next)]) {
      const dn = await admin.addPerson({ name: 'bob' });
      expect(codeOf(await way(dn, SECOND))).to.equal(0);
      expect(await bind(dn, SECOND)).to.deep.equal({ ok: true });
      expect(await bind(dn, PASSWORD)).to.deep.equal({ ok: true });
      await admin.agePassword(dn, 59 * 60);
      expect(await bind(dn, PASSWORD)).to.deep.equal({ ok: true });
      await admin.agePassword(dn, 61 * 60);
      expect(subCode(await bind(dn, PASSWORD))).to.equal('52e');
      await reset(dn, THIRD);
      expect(subCode(await bind(dn, PASSWORD))).to.equal('52e');
      await admin.remove(dn);
    }
  });

  it('counts no wrong password when it is one of the last two', async () => {
    const { admin, bind } = samba();
    const dn = await admin.addPerson({ name: 'carol' });
    await admin.setPolicy({ lockoutThreshold: 3 });
    await reset(dn, SECOND);
    await reset(dn, THIRD);
    for (let tries = 0; tries < 5; tries += 1) expect(subCode(await bind(dn, PASSWORD))).to.equal('52e');
    expect(await bind(dn, THIRD)).to.deep.equal({ ok: true });
  });

  it('holds a change to history and minimum age, and a reset to length and complexity alone', async () => {
    const { admin } = samba();
    const dn = await admin.addPerson({ name: 'dave' });
    expect(await reset(dn, 'Sh0rt'))
      .to.include({ code: 19 })
      .and.have.property('message')
      .that.includes('too short');
    expect(await reset(dn, 'only small letters'))
      .to.have.property('message')
      .that.includes('complexity');
    expect(codeOf(await reset(dn, SECOND))).to.equal(0);
    expect(await changed(dn, SECOND, PASSWORD))
      .to.have.property('message')
      .that.includes('in history');
    await admin.setPolicy({ minAge: 86_400 });
    expect(await changed(dn, SECOND, THIRD))
      .to.have.property('message')
      .that.includes('too young');
    expect(codeOf(await reset(dn, PASSWORD))).to.equal(0);
    await admin.agePassword(dn, 86_401);
    expect(codeOf(await changed(dn, PASSWORD, THIRD))).to.equal(0);
  });

  it('takes a change from the service account that was told the old password, and holds it to all of the policy', async () => {
    const { admin, bind } = samba();
    const dn = await admin.addPerson({ name: 'ivan' });
    const told = (old: string, next: string) =>
      asService(samba(), (client) => changeAs(samba(), client, dn, { old, next }));
    await admin.mustChange(dn);
    expect(await told('Wrong-Winter-1', SECOND))
      .to.have.property('message')
      .that.includes('00000056');
    expect(codeOf(await told(PASSWORD, SECOND))).to.equal(0);
    expect(await bind(dn, SECOND)).to.deep.equal({ ok: true });
    expect(await told(SECOND, PASSWORD))
      .to.have.property('message')
      .that.includes('in history');
  });

  it('has fine-grained policies that hold before the domain’s', async () => {
    const { admin } = samba();
    const dn = await admin.addPerson({ name: 'erin' });
    const policy = await admin.addFineGrainedPolicy('strict', { minLength: 20 }, [dn]);
    expect(await admin.read(dn, 'msDS-ResultantPSO')).to.equal(policy);
    expect(await reset(dn, SECOND))
      .to.have.property('message')
      .that.includes('longer than 20');
  });

  it('neither unlocks nor enables an account along with its password', async () => {
    const { admin, bind } = samba();
    const dn = await admin.addPerson({ name: 'frank' });
    await admin.lock(dn);
    expect(codeOf(await reset(dn, SECOND))).to.equal(0);
    expect(subCode(await bind(dn, SECOND))).to.equal('775');
    expect(
      codeOf(await asService(samba(), (client) => client.modify(dn, change('replace', 'lockoutTime', ['0'])))),
    ).to.equal(0);
    expect(subCode(await bind(dn, SECOND))).to.equal('right');
    await admin.disable(dn);
    expect(codeOf(await reset(dn, THIRD))).to.equal(0);
    expect(subCode(await bind(dn, THIRD))).to.equal('533');
    const enabling = await asService(samba(), (client) =>
      client.modify(dn, change('replace', 'userAccountControl', ['512'])),
    );
    expect(codeOf(enabling)).to.equal(INSUFFICIENT_ACCESS);
  });

  it('tells the service account what it may write, which is nothing where the account is protected', async () => {
    const { admin, outsideDn } = samba();
    const [dn, outside, boss] = [
      await admin.addPerson({ name: 'grace' }),
      await admin.addPerson({ name: 'heidi', parentDn: outsideDn }),
      await admin.addPerson({ name: 'boss' }),
    ];
    await admin.protect(boss);
    const writable = async (whom: string): Promise<readonly string[]> => {
      const found: string[] = [];
      await asService(samba(), async (client) => {
        const attributes = ['allowedAttributesEffective'];
        const { searchEntries } = await client.search(whom, { scope: 'base', attributes });
        found.push(...[searchEntries[0]?.['allowedAttributesEffective'] ?? []].flat().map(String));
      });
      return found.sort();
    };
    expect(await writable(dn)).to.deep.equal(['lockoutTime', 'pwdLastSet']);
    expect(await writable(outside)).to.deep.equal([]);
    expect(await writable(boss)).to.deep.equal([]);
    expect(codeOf(await reset(boss, SECOND))).to.equal(INSUFFICIENT_ACCESS);
  });

  it('has a group of two thousand, which it gives in ranges when asked to', async () => {
    const { admin, crowdDn } = samba();
    const { searchEntries } = await admin.during((client) =>
      client.search(crowdDn, { scope: 'base', attributes: ['member;range=0-1499'] }),
    );
    expect(searchEntries[0]?.['member;range=0-1499']).to.have.length(1500);
  });

  it('lists no control by which a reset would be held to history, as Windows does', async () => {
    const { searchEntries } = await samba().admin.during((client) =>
      client.search('', { scope: 'base', attributes: ['supportedControl'] }),
    );
    const controls = [searchEntries[0]?.['supportedControl'] ?? []].flat().map(String);
    expect(controls).to.include('1.2.840.113556.1.4.319');
    for (const hints of ['1.2.840.113556.1.4.2239', '1.2.840.113556.1.4.2066']) expect(controls).to.not.include(hints);
  });
});

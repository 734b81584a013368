import { expect } from 'chai';
import { PasswordPolicyError } from 'ldapts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { resetAs } from '../support/directories/password-writes.ts';
import { asService } from './answers.ts';

describeOnSlapd('A slapd of the tests', (slapd) => {
  let alice: string;
  beforeEach(async () => {
    await slapd().admin.clear();
    alice = await slapd().admin.addPerson({ name: 'alice' });
  });

  const reset = (password: string) =>
    asService(slapd(), (client, control) => resetAs(slapd(), client, alice, password, control));

  it('tells by its control why a right password is refused', async () => {
    const { admin, bind } = slapd();
    await admin.lock(alice);
    expect((await bind(alice, PASSWORD)).policy?.error).to.equal(PasswordPolicyError.AccountLocked);
    await admin.unlock(alice);
    expect(await bind(alice, PASSWORD)).to.deep.equal({ ok: true });
    await admin.expirePassword(alice);
    expect((await bind(alice, PASSWORD)).policy?.error).to.equal(PasswordPolicyError.PasswordExpired);
    await admin.setPassword(alice, PASSWORD);
    await admin.mustChange(alice);
    expect(await bind(alice, PASSWORD)).to.deep.equal({
      ok: true,
      policy: { error: PasswordPolicyError.ChangeAfterReset },
    });
  });

  it('holds a reset by the service account to length, history and minimum age', async () => {
    const { admin } = slapd();
    expect((await reset('short')).policy?.error).to.equal(PasswordPolicyError.PasswordTooShort);
    expect((await reset('Second-Summer-8')).ok).to.equal(true);
    expect((await reset(PASSWORD)).policy?.error).to.equal(PasswordPolicyError.PasswordInHistory);
    await admin.setPolicy({ minAge: 3600 });
    expect((await reset('Third-Autumn-9')).policy?.error).to.equal(PasswordPolicyError.PasswordTooYoung);
    await admin.agePassword(alice, 7200);
    expect((await reset('Third-Autumn-9')).ok).to.equal(true);
  });

  it('opens an account again that its administrator had closed, when its password is set', async () => {
    const { admin, bind } = slapd();
    await admin.disable(alice);
    expect((await bind(alice, PASSWORD)).ok).to.equal(false);
    expect((await reset('Second-Summer-8')).ok).to.equal(true);
    expect((await bind(alice, 'Second-Summer-8')).ok).to.equal(true);
  });
});

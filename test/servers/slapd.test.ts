import { expect } from 'chai';
import { PasswordPolicyError } from 'ldapts';
import type { Client } from 'ldapts';
import { change } from '../support/directories/common-work.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { changeAs, resetAs } from '../support/directories/password-writes.ts';
import { answerTo, asService, codeOf } from './answers.ts';

const SECOND = 'Second-Summer-8';
const UNWILLING_TO_PERFORM = 53;

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
    expect((await bind(alice, 'wrong')).policy?.error).to.equal(PasswordPolicyError.AccountLocked);
    await admin.unlock(alice);
    expect(await bind(alice, PASSWORD)).to.deep.equal({ ok: true });
    await admin.expirePassword(alice);
    expect((await bind(alice, PASSWORD)).policy?.error).to.equal(PasswordPolicyError.PasswordExpired);
    expect((await bind(alice, 'wrong')).policy?.error).to.equal(undefined);
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
    expect((await reset(SECOND)).ok).to.equal(true);
    expect((await reset(PASSWORD)).policy?.error).to.equal(PasswordPolicyError.PasswordInHistory);
    await admin.setPolicy({ minAge: 3600 });
    expect((await reset('Third-Autumn-9')).policy?.error).to.equal(PasswordPolicyError.PasswordTooYoung);
    await admin.agePassword(alice, 7200);
    expect((await reset('Third-Autumn-9')).ok).to.equal(true);
  });

  it('makes nobody change what the service account has set, unless it says so by pwdReset', async () => {
    const { admin, bind } = slapd();
    await admin.setPolicy({ changeAfterReset: true });
    expect((await reset(SECOND)).ok).to.equal(true);
    expect(await bind(alice, SECOND)).to.deep.equal({ ok: true });
    await asService(slapd(), (client) => client.modify(alice, change('replace', 'pwdReset', ['TRUE'])));
    expect((await bind(alice, SECOND)).policy?.error).to.equal(PasswordPolicyError.ChangeAfterReset);
  });

  it('opens an account again that its administrator had closed, when its password is set', async () => {
    const { admin, bind } = slapd();
    await admin.disable(alice);
    expect((await bind(alice, PASSWORD)).ok).to.equal(false);
    expect((await reset(SECOND)).ok).to.equal(true);
    expect((await bind(alice, SECOND)).ok).to.equal(true);
    expect((await bind(alice, PASSWORD)).ok).to.equal(false);
  });

  it('verifies an old password for its owner only, and calls a wrong one unwilling', async () => {
    const { bind } = slapd();
    const changing = (old: string) => (client: Client) => changeAs(slapd(), client, alice, { old, next: SECOND });
    expect(codeOf(await asService(slapd(), changing(PASSWORD)))).to.equal(UNWILLING_TO_PERFORM);
    const own = { dn: alice, password: PASSWORD };
    expect(codeOf(await answerTo(slapd(), own, changing('Wrong-Winter-1')))).to.equal(UNWILLING_TO_PERFORM);
    expect((await bind(alice, PASSWORD)).ok).to.equal(true);
  });
});

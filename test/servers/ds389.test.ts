import { expect } from 'chai';
import { PasswordPolicyError } from 'ldapts';
import type { Client } from 'ldapts';
import { change } from '../support/directories/common-work.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { changeAs, resetAs } from '../support/directories/password-writes.ts';
import { answerTo, asService, codeOf } from './answers.ts';

const SECOND = 'Second-Summer-8';
const THIRD = 'Third-Autumn-9';
const FOURTH = 'Fourth-Winter-1';
const INVALID_CREDENTIALS = 49;
const CONSTRAINT_VIOLATION = 19;
const UNWILLING_TO_PERFORM = 53;

describeOnDs389('A 389 DS of the tests', (ds389) => {
  let alice: string;
  beforeEach(async () => {
    await ds389().admin.clear();
    alice = await ds389().admin.addPerson({ name: 'alice' });
  });

  const reset = (password: string) =>
    asService(ds389(), (client, control) => resetAs(ds389(), client, alice, password, control));
  const replaced = (password: string) =>
    asService(ds389(), (client, control) =>
      client.modify(alice, change('replace', 'userPassword', [password]), control),
    );

  it('tells by codes of its own and by its control why a right password is refused', async () => {
    const { admin, bind } = ds389();
    await admin.lock(alice);
    expect(await bind(alice, PASSWORD)).to.deep.include({
      code: CONSTRAINT_VIOLATION,
      policy: { error: PasswordPolicyError.AccountLocked },
    });
    await admin.unlock(alice);
    expect((await bind(alice, PASSWORD)).ok).to.equal(true);
    await admin.disable(alice);
    expect(await bind(alice, PASSWORD)).to.deep.include({
      code: UNWILLING_TO_PERFORM,
      policy: { error: PasswordPolicyError.AccountLocked },
    });
    expect(codeOf(await bind(alice, 'wrong'))).to.equal(UNWILLING_TO_PERFORM);
    await admin.enable(alice);
    await admin.expirePassword(alice);
    expect((await bind(alice, PASSWORD)).policy?.error).to.equal(PasswordPolicyError.PasswordExpired);
    await admin.setPassword(alice, SECOND);
    await admin.mustChange(alice);
    const answer = await bind(alice, SECOND);
    expect([answer.ok, answer.policy?.error]).to.deep.equal([true, PasswordPolicyError.ChangeAfterReset]);
  });

  it('holds a reset by the service account to its policy, and says more of it to a modify than to RFC 3062', async () => {
    const { admin } = ds389();
    await admin.setPolicy({ complexity: true });
    expect((await reset('Sh0rt')).policy?.error).to.equal(PasswordPolicyError.InsufficientPasswordQuality);
    expect(await replaced('Sh0rt'))
      .to.have.property('message')
      .that.includes('at least 8 characters');
    expect(await replaced('only small letters'))
      .to.have.property('message')
      .that.includes('3 character categories');
    expect(await replaced('alice-Winter-7'))
      .to.have.property('message')
      .that.includes('based off of user entry');
    expect((await reset(SECOND)).ok).to.equal(true);
    expect((await reset(PASSWORD)).policy?.error).to.equal(PasswordPolicyError.PasswordInHistory);
    await admin.setPolicy({ minAge: 3600 });
    expect((await reset(THIRD)).ok).to.equal(true);
    expect((await reset(FOURTH)).policy?.error).to.equal(PasswordPolicyError.PasswordTooYoung);
    await admin.agePassword(alice, 7200);
    expect((await reset(FOURTH)).ok).to.equal(true);
  });

  it('unlocks an account along with its password, and never enables it', async () => {
    const { admin, bind } = ds389();
    await admin.lock(alice);
    expect((await reset(SECOND)).ok).to.equal(true);
    expect((await bind(alice, SECOND)).ok).to.equal(true);
    await admin.disable(alice);
    expect((await reset(THIRD)).ok).to.equal(true);
    expect(codeOf(await bind(alice, THIRD))).to.equal(UNWILLING_TO_PERFORM);
  });

  it('makes people change what others have set, where its policy is so, until they do it themselves', async () => {
    const { admin, bind } = ds389();
    await admin.setPolicy({ changeAfterReset: true });
    expect((await reset(SECOND)).ok).to.equal(true);
    const mustChange = async (password: string) => {
      const { policy } = await bind(alice, password);
      return policy?.error === PasswordPolicyError.ChangeAfterReset;
    };
    expect(await mustChange(SECOND)).to.equal(true);
    const told = (old: string) => (client: Client) => changeAs(ds389(), client, alice, { old, next: FOURTH });
    expect(codeOf(await asService(ds389(), told(PASSWORD)))).to.equal(INVALID_CREDENTIALS);
    expect(codeOf(await asService(ds389(), told(SECOND)))).to.equal(0);
    expect(await mustChange(FOURTH)).to.equal(true);
    const own = { dn: alice, password: FOURTH };
    const answer = await answerTo(ds389(), own, (client) =>
      changeAs(ds389(), client, alice, { old: FOURTH, next: THIRD }),
    );
    expect(answer.ok).to.equal(true);
    expect(await mustChange(THIRD)).to.equal(false);
    expect((await bind(alice, FOURTH)).ok).to.equal(false);
  });
});

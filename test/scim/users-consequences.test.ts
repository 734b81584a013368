import { expect } from 'chai';
import * as client from 'openid-client';
import { provisioner, USER } from '../support/scim.ts';
import type { Provisioner } from '../support/scim.ts';
import { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const PASSWORD = 'a password that was brought along';

describe('what clients of SCIM do to people', () => {
  const world = useWorld({ config: { plugins: { scim: { passwords: true } } }, sspr: { scope: 'none' } });
  let okta: Provisioner;
  before(async () => {
    okta = await provisioner(world(), { name: 'okta' });
  });
  after(() => {
    okta[Symbol.dispose]();
  });

  /** Somebody whom the client brought with a password. */
  const brought = async (userName: string): Promise<{ readonly person: Person; readonly path: string }> => {
    const w = world();
    const { body, status, text } = await okta.user(userName, {
      password: PASSWORD,
      externalId: `okta-${userName}`,
      emails: [{ value: `${userName}@example.test`, primary: true }],
    });
    expect(status, text).to.equal(201);
    const known = { id: body.id, userName, mail: `${userName}@example.test`, alternateMail: '', password: PASSWORD };
    return { person: Person.known(w, known, w.browser()), path: `/Users/${body.id}` };
  };

  const signedIn = async (person: Person) => {
    await person.signsIn();
    const outcome = person.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(outcome.error);
    return outcome;
  };

  const userInfoStatus = async (token: string, id: string): Promise<string> => {
    try {
      await client.fetchUserInfo(world().party.configuration, token, id);
      return 'served';
    } catch {
      return 'refused';
    }
  };

  it('lets them sign in by the password that was brought along, and tells apps what was said of them', async () => {
    const { person, path } = await brought('ada');
    await okta.patch(path, [{ op: 'add', value: { 'name.givenName': 'Ada' } }]);
    const { claims } = await signedIn(person);
    expect(claims).to.include({ sub: person.id });
  });

  it('signs them out everywhere at once when they are disabled, and in again by nothing of before', async () => {
    const { person, path } = await brought('bea');
    const { tokens } = await signedIn(person);
    expect(await userInfoStatus(tokens.access_token, person.id)).to.equal('served');
    await okta.patch(path, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expect(await userInfoStatus(tokens.access_token, person.id)).to.equal('refused');
    await person.startsSignIn({ prompt: 'none' });
    expect(person.outcome()).to.include({ kind: 'error', error: 'login_required' });
    await okta.patch(path, [{ op: 'replace', value: { active: true } }]);
    expect(await userInfoStatus(tokens.access_token, person.id)).to.equal('refused');
    await person.startsSignIn({ prompt: 'none' });
    expect(person.outcome()).to.include({ kind: 'error', error: 'login_required' });
    await signedIn(person);
  });

  it('signs them out everywhere at once when they are deleted', async () => {
    const { person, path } = await brought('cleo');
    const { tokens } = await signedIn(person);
    expect((await okta.delete(path)).status).to.equal(204);
    expect(await userInfoStatus(tokens.access_token, person.id)).to.equal('refused');
    await person.startsSignIn({ prompt: 'none' });
    expect(person.outcome()).to.include({ kind: 'error', error: 'login_required' });
  });

  it('gives nothing of somebody deleted to whoever has their user name next', async () => {
    const { person, path } = await brought('dora');
    await signedIn(person);
    await okta.delete(path);
    const next = await okta.user('dora', { externalId: 'somebody-else' });
    expect(next.body.id).to.not.equal(person.id);
    const { outcomes } = world().party;
    const before = outcomes.length;
    await person.startsSignIn();
    await person.givesPassword(PASSWORD);
    expect(outcomes).to.have.length(before);
    const { accounts, passwords } = world().app.foundation.directory;
    const account = await accounts.byId(next.body.id);
    expect(account && (await passwords.verify(account, PASSWORD))).to.deep.equal({ outcome: 'wrong' });
  });

  it('sets another password, ends what was signed in with the one before, and tells its owner', async () => {
    const w = world();
    const { person, path } = await brought('emma');
    const { tokens } = await signedIn(person);
    const { body } = await okta.patch(path, [{ op: 'replace', path: 'password', value: 'quite another password' }]);
    expect(body).to.not.have.property('password');
    expect(await userInfoStatus(tokens.access_token, person.id)).to.equal('refused');
    expect((await person.inbox()).last.subject).to.contain('password');
    person.isTold('quite another password');
    await w.later(1000);
    const fresh = person.with(w.browser());
    await fresh.signsIn();
    expect(fresh.outcome().kind).to.equal('signed-in');
  });

  it('shows and finds no password, in no answer and by no filter', async () => {
    const { path } = await brought('fay');
    for (const answer of [
      await okta.get(path),
      await okta.get(`${path}?attributes=password`),
      await okta.list('/Users', { filter: 'userName eq "fay"', attributes: 'password,userName' }),
      await okta.put(path, { schemas: [USER], userName: 'fay', password: 'one more password' }),
    ]) {
      expect(answer.text).to.not.match(/password/i);
    }
    expect((await okta.list('/Users', { filter: 'password sw "a"' })).body['scimType']).to.equal('invalidFilter');
  });

  it('sets no password of an administrator, nor of anybody where it may not', async () => {
    const w = world();
    const { directory, store } = w.app.foundation;
    const { person, path } = await brought('gina');
    const stored = await directory.people.byId(person.id);
    if (!stored) throw new Error('gina is gone');
    await store.commit(directory.people.settingRoles(stored, ['owner'], { actor: 'cli' }));
    const answer = await okta.patch(path, [{ op: 'replace', path: 'password', value: 'taken over by a token' }]);
    expect(answer.status).to.equal(403);
    await signedIn(person);
  });

  it('cannot make an administrator, a verified address, another epoch or authority', async () => {
    const w = world();
    const forged = {
      adminRoles: ['owner'],
      epoch: 0,
      kind: 'service',
      authority: 'elsewhere',
      source: 'local',
      verifiedAt: 1,
      emails: [{ value: 'hana@example.test', verifiedAt: 1, verified: true }],
      phoneNumbers: [{ value: '+49 30 123', verifiedAt: 1 }],
      roles: [{ value: 'owner' }],
      [USER]: { adminRoles: ['owner'] },
    };
    const { body } = await okta.user('hana', forged);
    const path = `/Users/${body.id}`;
    await okta.patch(path, [
      { op: 'replace', value: forged },
      { op: 'add', path: 'emails[value eq "hana@example.test"]', value: { verifiedAt: 1 } },
    ]);
    for (const forgery of ['adminRoles', 'epoch', 'authority', 'emails.verifiedAt', 'source', 'kind']) {
      const { status } = await okta.patch(path, [{ op: 'replace', path: forgery, value: 1 }]);
      expect(status, forgery).to.equal(400);
    }
    await okta.put(path, { schemas: [USER], userName: 'hana', ...forged });
    const person = await w.app.foundation.directory.people.byId(body.id);
    expect(person).to.deep.include({
      adminRoles: [],
      epoch: 1,
      kind: 'person',
      authority: 'local',
      source: 'scim:okta',
    });
    expect(JSON.stringify(person)).to.not.contain('verifiedAt');
    expect(await w.app.foundation.directory.claimsOf(body.id)).to.include({ email_verified: false });
  });
});

describe('passwords from clients of SCIM, where nothing allows them', () => {
  const world = useWorld();

  it('are ignored, and no schema speaks of them', async () => {
    using okta = await provisioner(world(), { name: 'okta' });
    const { body, status } = await okta.user('ida', { password: PASSWORD });
    expect(status).to.equal(201);
    const { accounts, passwords } = world().app.foundation.directory;
    const account = await accounts.byId(body.id);
    expect(account && (await passwords.verify(account, PASSWORD))).to.deep.equal({ outcome: 'wrong' });
    const changed = await okta.patch(`/Users/${body.id}`, [{ op: 'replace', path: 'password', value: PASSWORD }]);
    expect(changed.status).to.equal(200);
    expect(account && (await passwords.verify(account, PASSWORD))).to.deep.equal({ outcome: 'wrong' });
    expect((await okta.get(`/Schemas/${USER}`)).text).to.not.contain('"password"');
  });
});

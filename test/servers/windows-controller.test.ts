import { expect } from 'chai';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { SambaServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { POLICY_HINTS, startWindowsController } from '../support/directories/windows-controller.ts';
import type { WindowsController } from '../support/directories/windows-controller.ts';
import type { Person } from '../support/person.ts';
import { accountOf, directoryWorld, eventsOf } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import { localhostCa } from '../ldap/link-to.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';

/** As Windows says that a rule stands in the way, whichever it is. */
const RESTRICTED =
  '0000052D: AtrErr: DSID-03190F80, #1:\n\t0: 0000052D: DSID-03190F80, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)\n';
/** As Windows lets somebody in whose password is right and has expired. */
const EXPIRED = '80090308: LdapErr: DSID-0C090569, comment: AcceptSecurityContext error, data 532, v4563';
/** As a read-only domain controller sends writers on. */
const ELSEWHERE = "0000202B: RefErr: DSID-03100781, data 0, 1 access points\n\tref 1: 'corp.example.test'\n";

interface Scene extends AsyncDisposable {
  readonly controller: WindowsController;
  readonly world: DirectoryWorld;
}

const sceneBefore = async (samba: SambaServer): Promise<Scene> => {
  await using stack = new AsyncDisposableStack();
  const controller = stack.use(await startWindowsController(samba));
  const directory = { servers: [controller.ldapsUrl], ca: localhostCa() };
  const world = stack.use(await directoryWorld(samba, { directory }));
  const owned = stack.move();
  return { controller, world, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

const proved = async (person: Person): Promise<void> => {
  await person.opensReset();
  await person.typesCode();
  expect(await person.browser.heading()).to.equal('Choose a new password');
};

describeOnSamba('A domain controller that knows policy hints', (samba) => {
  let scene: Scene;
  before(async () => {
    await samba().admin.clear();
    await samba().admin.setPolicy({ lockoutThreshold: 0, minAge: 0, history: 3, minLength: 8, complexity: true });
    scene = await sceneBefore(samba());
  });
  after(() => scene[Symbol.asyncDispose]());
  const lastModify = () => scene.controller.modifies.at(-1);

  it('is asked to hold a reset to history and minimum age: critically, beside the password, and the log says so', async () => {
    const { dn, person } = await scene.world.joins({ name: 'ada' });
    await proved(person);
    await person.choosesPassword(NEXT);
    expect(await person.browser.heading()).to.equal('Your password is changed');
    const sent = lastModify();
    expect(sent?.dn).to.equal(dn);
    expect(sent?.attributes[0]).to.equal('unicodePwd');
    expect(sent?.controls).to.deep.equal([{ oid: POLICY_HINTS, critical: true, value: '3003020101' }]);
    expect(await samba().bind(dn, NEXT)).to.deep.equal({ ok: true });
    const [event] = await eventsOf(scene.world, person, 'directory.written');
    expect(event?.reason).to.equal(
      `reset ${scene.controller.ldapsUrl} active-directory control ${POLICY_HINTS} code 0`,
    );
  });

  it('is asked for nothing of the kind in a change, which it holds to its rules anyway', async () => {
    const { person } = await scene.world.joins({ name: 'bea' });
    await person.browser.open(`${scene.world.issuer}/change-password`);
    await person.givesPassword();
    await person.changesPassword(NEXT);
    expect(lastModify()?.attributes).to.deep.equal(['unicodePwd', 'unicodePwd']);
    expect(lastModify()?.controls).to.deep.equal([]);
  });

  it('that refuses a password of before is understood, though it says only that a rule stands in the way; the log names the control', async () => {
    const { dn, person } = await scene.world.joins({ name: 'cid' });
    await proved(person);
    scene.controller.refuses({ code: 19, diagnostic: RESTRICTED });
    await person.choosesPassword(NEXT);
    expect(await person.browser.text()).to.include('This is one of your last 3 passwords. Choose another one.');
    expect(await person.browser.text()).to.not.include('AtrErr');
    expect(await samba().bind(dn, PASSWORD)).to.deep.equal({ ok: true });
    const refused = await eventsOf(scene.world, person, 'directory.refused');
    expect(refused.at(-1)?.reason)
      .to.include(`reset ${scene.controller.ldapsUrl} active-directory control ${POLICY_HINTS} code 19`)
      .and.include('0000052D');
  });

  it('that may not write sends nobody on: the page says that the place takes no changes, and that nothing changed', async () => {
    const { dn, person } = await scene.world.joins({ name: 'dee' });
    await proved(person);
    const { epoch } = await accountOf(scene.world, person);
    const writes = scene.controller.modifies.length;
    scene.controller.refuses({ code: 10, diagnostic: ELSEWHERE, referral: ['ldap://dc2.corp.example.test/'] });
    await person.choosesPassword(NEXT);
    expect(await person.browser.text()).to.include('takes no changes right now. Nothing was changed.');
    expect(scene.controller.modifies).to.have.lengthOf(writes + 1);
    expect(await samba().bind(dn, PASSWORD)).to.deep.equal({ ok: true });
    expect((await accountOf(scene.world, person)).epoch).to.equal(epoch);
    const refused = await eventsOf(scene.world, person, 'directory.refused');
    expect(refused.at(-1)?.reason).to.include('code 10').and.include('0000202B');
  });

  it('that takes a password which has expired the next moment (532) has it said to be set, and changed at the sign-in', async () => {
    const { dn, person } = await scene.world.joins({ name: 'eve' });
    await proved(person);
    scene.controller.keepsOut(dn, { code: 49, diagnostic: EXPIRED });
    await person.choosesPassword(NEXT);
    expect(await person.browser.heading()).to.equal('Your password is changed');
    const [event] = await eventsOf(scene.world, person, 'directory.written');
    expect(event?.reason).to.include('code 0');
    const { passwords } = scene.world.app.foundation.directory;
    const account = await accountOf(scene.world, person);
    expect(await passwords.verify(account, NEXT)).to.deep.equal({ outcome: 'must-change', reason: 'expired' });
    expect(await passwords.verify(account, PASSWORD)).to.deep.equal({ outcome: 'wrong' });
  });
});

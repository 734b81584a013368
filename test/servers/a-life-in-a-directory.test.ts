import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { Person } from '../support/person.ts';
import { allowMore } from '../ldap/ds389-rights.ts';
import { directoryWorld } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const OTHER = 'Amber-Kettles-9-At-Dawn';
const MAIL = 'ada@corp.example';
const ARRIVED = 'Signed in to the app';
const CHOOSE = 'Choose a new password';

/** An import is due, and what was believed of policies is asked for anew. */
const aWhile = (world: DirectoryWorld) => world.later(16 * MINUTE);

const imported = async (world: DirectoryWorld): Promise<Person> => {
  await aWhile(world);
  const found = await world.app.foundation.directory.people.byName('ada');
  expect(found).to.include({ authority: 'corp', active: true });
  const known = { id: found?.id ?? '', userName: 'ada', mail: MAIL, alternateMail: 'ada@elsewhere.test' };
  return Person.known(
    { mail: world.mail, party: world.party, issuer: world.issuer },
    { ...known, password: PASSWORD },
    world.browser(),
  );
};

const life = (server: () => DirectoryServer): void => {
  it('from the import to the end: registered, forgotten, reset, locked, changed, renamed, disabled, gone', async function () {
    this.timeout(180_000);
    const { admin, bind, peopleDn, groupsDn } = server();
    await admin.clear();
    await using world = await directoryWorld(server(), {
      directory: { import: { enabled: true }, people: { base: peopleDn }, groups: { base: groupsDn } },
      sspr: { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] },
    });
    const dn = await admin.addPerson({ name: 'ada', givenName: 'Ada', surname: 'Lovelace', mail: MAIL });
    const ada = await imported(world);
    const anew = (): Person => ada.with(world.browser());
    const arrives = async (person: Person): Promise<void> => {
      await person.signsIn();
      expect(await person.browser.heading()).to.equal(ARRIVED);
    };

    await ada.signsIn();
    await ada.browser.follow('Add an address');
    await ada.registersMail();
    await ada.browser.follow('Set up questions');
    await ada.registersQuestions();
    expect(await ada.browser.heading()).to.equal(ARRIVED);

    const locked = anew();
    await locked.opensReset();
    await locked.typesCode();
    await locked.answersQuestions();
    expect(await locked.browser.heading()).to.equal(CHOOSE);
    await admin.setPolicy({ minLength: 30 });
    await locked.choosesPassword(NEXT);
    expect(await locked.browser.heading()).to.equal(CHOOSE);
    expect(await bind(dn, PASSWORD)).to.include({ ok: true });
    await admin.setPolicy({ minLength: 8 });
    await world.later(6 * MINUTE);
    await locked.choosesPassword(NEXT);
    expect(await locked.browser.heading()).to.equal('Your password is changed');
    expect(await bind(dn, NEXT)).to.include({ ok: true });
    const old = anew();
    await old.startsSignIn();
    await old.givesPassword(PASSWORD);
    expect(await old.browser.heading()).to.equal('Sign in');
    await arrives(anew());

    await admin.lock(dn);
    const kept = anew();
    await kept.signsIn();
    expect(await kept.browser.heading()).to.equal('Sign in');
    await kept.opensUnlock();
    await kept.typesCode();
    await kept.answersQuestions();
    await kept.browser.submit({}, 'Unlock the account');
    expect(await kept.browser.heading()).to.equal('Your account is unlocked');
    await arrives(anew());

    await admin.mustChange(dn);
    const asked = anew();
    await asked.signsIn();
    expect(await asked.browser.heading()).to.equal(CHOOSE);
    await asked.changesPassword(OTHER);
    expect(await asked.browser.heading()).to.equal(ARRIVED);
    expect(await bind(dn, OTHER)).to.include({ ok: true });

    const moved = await admin.move(
      await admin.rename(dn, 'ada', 'Ada King, "Countess" + #1'),
      await admin.addUnit('Moved', peopleDn),
    );
    await arrives(anew());
    await aWhile(world);
    await arrives(anew());

    await admin.disable(moved);
    await aWhile(world);
    await asked.startsSignIn({ prompt: 'none' });
    expect(asked.outcome()).to.include({ kind: 'error', error: 'login_required' });
    expect((await world.app.foundation.directory.people.byId(ada.id))?.active).to.equal(false);
    const off = anew();
    await off.signsIn();
    expect(await off.browser.heading()).to.equal('Sign in');
    await admin.enable(moved);
    await aWhile(world);
    await arrives(anew());

    await admin.remove(moved);
    await aWhile(world);
    const gone = anew();
    await gone.signsIn();
    expect(await gone.browser.heading()).to.equal('Sign in');
  });
};

describeOnSamba('A life in a Samba domain', life);
describeOnSlapd('A life in an OpenLDAP directory', life);
describeOnDs389('A life in a 389 DS directory', (server) => {
  before(() => allowMore(server()));
  life(server);
});

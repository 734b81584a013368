import { expect } from 'chai';
import { directoryLinks } from '../../plugins/ldap/collections.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { directoryWorld } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { Person } from '../support/person.ts';

const WRONG = 'We could not sign you in with this user name and password.';

const stories = (server: () => DirectoryServer): void => {
  const importing = (): Promise<DirectoryWorld> => {
    const { peopleDn, groupsDn } = server();
    const directory = { import: { enabled: true }, people: { base: peopleDn }, groups: { base: groupsDn } };
    return directoryWorld(server(), { directory });
  };
  const stored = async ({ app }: DirectoryWorld, id: string) => {
    const person = await app.foundation.directory.people.byId(id);
    if (!person) throw new Error('they are here');
    return person;
  };
  /** Somebody whom the import has brought, in front of a browser. */
  const somebody = async (world: DirectoryWorld, userName: string, password = PASSWORD): Promise<Person> => {
    const account = await world.app.foundation.directory.accounts.byName(userName);
    if (!account) throw new Error(`${userName} was not imported`);
    const known = { id: account.id, userName, mail: account.mail[0] ?? '', alternateMail: '', password };
    const { mail, party, issuer } = world;
    return Person.known({ mail, party, issuer }, known, world.browser());
  };
  /** What the page says to somebody with the right password; the servers differ in what they tell of it. */
  const hears = async (person: Person): Promise<string> => {
    await person.startsSignIn();
    await person.givesPassword(PASSWORD);
    return person.browser.text();
  };

  beforeEach(() => server().admin.clear());

  it('people are here before they first sign in, and follow their entries from one import to the next', async function () {
    this.timeout(60_000);
    const dn = await server().admin.addPerson({ name: 'ada', surname: 'ada', mail: 'ada@corp.example' });
    await server().admin.addGroup('Engineers', [dn]);
    await using world = await importing();
    await world.settle();
    const ada = await somebody(world, 'ada');
    const account = await world.app.foundation.directory.accounts.byId(ada.id);
    expect(account?.groups).to.deep.equal(['Engineers']);

    await server().admin.disable(dn);
    await world.later(15 * MINUTE);
    expect(await stored(world, ada.id)).to.include({ active: false });
    await server().admin.enable(dn);
    await world.later(15 * MINUTE);
    expect(await stored(world, ada.id)).to.include({ active: true });
  });

  it('a sign-in notices at once that somebody was switched off, moved or deleted, and ends everything of theirs', async function () {
    this.timeout(60_000);
    const { admin } = server();
    const dn = await admin.addPerson({ name: 'ada', surname: 'ada', mail: 'ada@corp.example' });
    await admin.addPerson({ name: 'bob', surname: 'bob' });
    await using world = await importing();
    await world.settle();
    const ada = await somebody(world, 'ada');
    const { store } = world.app.foundation;
    const { epoch } = await stored(world, ada.id);

    const unit = await admin.addUnit('London', server().peopleDn);
    const moved = await admin.move(dn, unit);
    const { passwords, accounts } = world.app.foundation.directory;
    const account = await accounts.byId(ada.id);
    if (!account) throw new Error('she is here');
    expect(await passwords.verify(account, PASSWORD)).to.include({ outcome: 'right' });
    expect((await store.get(directoryLinks, ada.id))?.dn.toLowerCase()).to.equal(moved.toLowerCase());

    await admin.disable(moved);
    await hears(ada);
    const off = await stored(world, ada.id);
    expect([off.active, off.epoch > epoch]).to.deep.equal([false, true]);

    await admin.enable(moved);
    await passwords.verify(account, PASSWORD);
    expect(await stored(world, ada.id)).to.include({ active: true });

    await admin.remove(moved);
    expect(await hears(await somebody(world, 'ada'))).to.include(WRONG);
    expect(await stored(world, ada.id)).to.include({ active: false });
  });
};

describeOnSamba('with the people of a Samba domain,', stories);
describeOnSlapd('with the people of slapd,', stories);

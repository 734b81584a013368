import { expect } from 'chai';
import { PasswordRefused } from '../../src/plugin.ts';
import { accountOf, directoryWorld } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';

const DOMAIN = { lockoutThreshold: 0, minAge: 0, history: 3, minLength: 8, complexity: true } as const;
const STRICT = { minLength: 27, complexity: false, history: 5, minAge: 0, lockoutThreshold: 10 } as const;

describeOnSamba('A fine-grained policy that the service account may read', (samba) => {
  let world: DirectoryWorld;

  before(async () => {
    await samba().admin.clear();
    await samba().admin.setPolicy(DOMAIN);
    // By default administrators alone may: what a delegated account is told is shown with the refusals.
    const { adminDn: bindDn, adminPassword } = samba();
    world = await directoryWorld(samba(), { directory: { bindDn, bindPassword: `plain:${adminPassword}` } });
  });
  after(() => world[Symbol.asyncDispose]());

  it('is what its people are shown before they choose, and the domain’s is for the others', async () => {
    const { dn, person } = await world.joins({ name: 'ada' });
    const { person: other } = await world.joins({ name: 'bob' });
    await samba().admin.addFineGrainedPolicy('strict', STRICT, [dn]);
    await person.opensReset();
    await person.typesCode();
    const page = await person.browser.text();
    expect(page).to.include('At least 27 characters').and.include('Not one of your last 5 passwords');
    expect(page).to.not.include('At least three of these');
    await other.opensReset();
    await other.typesCode();
    expect(await other.browser.text())
      .to.include('At least three of these')
      .and.include('Not one of your last 3 passwords');
  });

  it('is what a refusal is about, with its number, and holds for a group of them', async () => {
    const { dn, person } = await world.joins({ name: 'cid' });
    const group = await samba().admin.addGroup('Strict', [dn]);
    await samba().admin.addFineGrainedPolicy('of-a-group', { ...STRICT, minLength: 31 }, [group]);
    const { passwords } = world.app.foundation.directory;
    const refused = await passwords.set(await accountOf(world, person), 'Violet-Teapots-7-At-Noon', 'reset').then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused)
      .to.be.instanceOf(PasswordRefused)
      .and.deep.include({ reason: 'too_short', facts: { least: 31 } });
  });
});

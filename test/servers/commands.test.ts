import { expect } from 'chai';
import { ldap } from '../../plugins/ldap/index.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { user } from '../../src/cli/user.ts';
import type { Finding } from '../../src/plugin.ts';
import { terminal } from '../cli/terminal.ts';
import type { Terminal } from '../cli/terminal.ts';
import { CORP, directorySection } from '../ldap/directory-world.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import type { ConfigTree } from '../support/premises.ts';

const plugins = [ldap] as unknown as Parameters<typeof terminal>[2];

interface Examined {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

const commandsOn = (server: () => DirectoryServer): void => {
  let t: Terminal;

  const at = (others: ConfigTree = {}): Promise<Terminal> =>
    terminal([doctor, user], [], plugins, { ldap: { directories: { [CORP]: directorySection(server(), others) } } });

  beforeEach(async () => {
    await server().admin.clear();
    t = await at({ people: { base: server().peopleDn } });
  });
  afterEach(() => t[Symbol.asyncDispose]());

  const examined = async (where = t): Promise<Examined> => (await where.json(['doctor'])) as Examined;
  const texts = ({ findings }: Examined, level?: Finding['level']): string =>
    findings
      .filter((each) => level === undefined || each.level === level)
      .map(({ about, text, advice = '' }) => `${about}: ${text} ${advice}`)
      .join('\n');

  it('import people when they are told to, and say how that stands', async () => {
    await server().admin.addPerson({ name: 'ada', givenName: 'Ada' });
    expect((await t.run(['directory', 'status'])).out).to.match(/corp .*not imported yet/);
    const { code, out, err } = await t.run(['directory', 'import']);
    expect(code, err).to.equal(0);
    expect(out)
      .to.match(/^corp: everything in [\d.]+ s$/m)
      .and.match(/^created +1$/m);
    expect((await t.run(['directory', 'status', CORP])).out).to.match(/corp .*up to date/);
    expect(await t.run(['directory', 'conflicts'])).to.include({ code: 0, out: 'there are none\n' });
    expect(await t.run(['directory', 'status', 'nowhere'])).to.deep.include({
      code: 1,
      err: 'latchkey: there is no directory "nowhere"; there are: corp',
    });
  });

  it('say why everybody has to be listed at each import to find out who is gone, and what to do about it', async () => {
    // Domain controllers show deleted entries to few; others are asked by an id that is not theirs.
    await using hidden = await at({ people: { base: server().peopleDn, attributes: { id: 'uid' } } });
    const reason =
      server().kind === 'samba'
        ? /the service account may not see deleted entries/
        : /people\.attributes\.id is not the id/;
    const where = server().kind === 'samba' ? t : hidden;
    await server().admin.addPerson({ name: 'ada' });
    await where.run(['directory', 'import']);
    expect((await where.run(['directory', 'status'])).out).to.not.include('is listed');
    await where.run(['directory', 'import']);
    expect((await where.run(['directory', 'status'])).out)
      .to.match(/^corp: everybody is listed at each import, since /m)
      .and.match(reason);
    expect(texts(await examined(where))).to.match(/At each import everybody is listed to find out who is gone: /);
  });

  it('look for people who may sign in, to see whether resets would be written, and say so where there are none', async () => {
    const off: string[] = [];
    for (let n = 0; n < 25; n += 1) off.push(await server().admin.addPerson({ name: `off${String(n)}` }));
    for (const dn of off) await server().admin.disable(dn);
    await t.run(['directory', 'import']);
    expect(texts(await examined(), 'warning')).to.include('Nobody who was looked at may sign in');
    await server().admin.addPerson({ name: 'zoe' });
    await t.run(['directory', 'import']);
    expect(texts(await examined(), 'ok')).to.include('A reset would be written for 1 of 1 people who were looked at.');
  });

  it('list entries that cannot be people here, with the reason', async () => {
    await t.run(['user', 'add', 'ada']);
    await server().admin.addPerson({ name: 'ada' });
    await t.run(['directory', 'import', '--full']);
    const { out } = await t.run(['directory', 'conflicts', CORP]);
    expect(out).to.match(/ada.*somebody else has the user name/i);
    expect(await t.json(['directory', 'conflicts'])).to.have.length(1);
  });

  it('tell of somebody and of everybody whether a reset would be written', async () => {
    await server().admin.addPerson({ name: 'ada' });
    await server().admin.addPerson({ name: 'gus' });
    await t.run(['user', 'add', 'luca']);
    await t.run(['directory', 'import']);
    expect(await t.run(['writeback', 'check', 'ada'])).to.include({
      code: 0,
      out: 'a reset for ada would be written to corp\n',
    });
    expect((await t.run(['writeback', 'check', 'luca'])).out).to.include('is kept here');
    const gus = await t.server.directory.people.byName('gus');
    const { searchEntries } = await server().admin.during((client) =>
      client.search(server().peopleDn, { filter: '(cn=gus)', attributes: ['cn'] }),
    );
    await server().admin.remove(searchEntries[0]?.dn ?? '');
    const one = await t.run(['writeback', 'check', 'gus']);
    expect(one).to.include({ code: 1, out: '' });
    expect(one.err).to.match(/^latchkey: a reset for gus would not be written to corp: not_found/);
    const all = await t.run(['writeback', 'check', '--all']);
    expect(all.out)
      .to.match(/^a reset for gus would not be written/)
      .and.match(/^works +1$/m)
      .and.match(/^not_found +1$/m);
    const told = (await t.json(['writeback', 'check', '--all'])) as { readonly people: readonly unknown[] };
    expect(told).to.deep.include({ works: 1, refused: { not_found: 1 } });
    expect(told.people).to.have.length(1);
    expect(told.people[0]).to.include({ id: gus?.id, reason: 'not_found' });
    expect(await t.run(['writeback', 'check'])).to.include({ code: 1, err: 'latchkey: name somebody, or say --all' });
  });

  it('prove the rights of the service account on an account that nobody needs, and never on somebody’s', async () => {
    const dn = await server().admin.addPerson({ name: 'throwaway' });
    const { code, out, err } = await t.run(['writeback', 'setup', '--try', dn]);
    expect(code, `${out}${err}`).to.equal(0);
    expect(out)
      .to.match(/^reset a password +yes$/m)
      .and.match(/^nothing else.* yes$/m);
    const outside = await server().admin.addPerson({ name: 'outside', parentDn: server().outsideDn });
    const refused = await t.run(['writeback', 'setup', CORP, '--try', outside]);
    expect(refused.code).to.equal(1);
    expect(refused.out).to.match(/^reset a password +NO /m);
    await t.run(['directory', 'import']);
    const linked = await t.run(['writeback', 'setup', '--try', dn]);
    expect(linked).to.include({ code: 1, out: '' });
    expect(linked.err).to.include('is somebody here');
  });

  it('say in doctor that all is well, and what is not', async () => {
    await server().admin.addPerson({ name: 'ada' });
    expect(texts(await examined(), 'warning')).to.include('Nobody was imported yet');
    await t.run(['directory', 'import']);
    const good = await examined();
    expect(good.ok, texts(good, 'error')).to.equal(true);
    expect(texts(good, 'ok'))
      .to.match(/ldaps:.* answers by TLS; its certificate ends on/)
      .and.include('can bind.')
      .and.match(/One person below .* matches the filter/)
      .and.include('A reset would be written for 1 of 1 people');
    const { code, out } = await t.run(['doctor']);
    expect(code).to.equal(0);
    expect(out)
      .to.match(/^ok +directory corp +/m)
      .and.match(/0 errors, \d+ warnings?\n$/);
  });

  it('say in doctor what stands in the way: certificate, password, base, filter', async () => {
    const found = async (others: ConfigTree): Promise<string> => {
      await using broken = await at(others);
      const { code, err } = await broken.run(['doctor']);
      expect(code).to.equal(1);
      expect(err).to.match(/^latchkey: \d errors?, \d warnings?$/);
      return texts(await examined(broken), 'error');
    };
    expect(await found({ ca: undefined, serverName: 'elsewhere.example' })).to.match(
      /cannot be used \(tls\).*Name the authority that signed the certificate by ca/,
    );
    expect(await found({ bindPassword: 'plain:Wrong-Winter-7' })).to.match(
      /cannot bind \(49\).*See bindDn and bindPassword/,
    );
    expect(await found({ people: { base: `OU=Nowhere,${server().baseDn}` } })).to.match(
      /ou=Nowhere.* is not found there.*See people.base/i,
    );
    expect(await found({ people: { filter: '(uid=nobody-at-all)' } })).to.match(/Nobody below .* matches \(uid=nobody/);
    expect(await found({ servers: ['ldaps://127.0.0.1:1'] })).to.match(/cannot be used \(unreachable\)/);
  });
};

describeOnSamba('Commands about a Samba domain', (samba) => {
  commandsOn(samba);
});
describeOnSlapd('Commands about slapd', (slapd) => {
  commandsOn(slapd);
});
describeOnDs389('Commands about 389 DS', (ds389) => {
  commandsOn(ds389);
});

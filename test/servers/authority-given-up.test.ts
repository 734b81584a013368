import { expect } from 'chai';
import { directoryLinks, entryKeyOf, writebacks } from '../../plugins/ldap/collections.ts';
import { ldap } from '../../plugins/ldap/index.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { HOUR, MINUTE } from '../../src/kernel/clock.ts';
import type { Finding } from '../../src/plugin.ts';
import { change } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { terminal } from '../cli/terminal.ts';
import { accountOf, CORP, eventsOf, useDirectoryWorld } from '../ldap/directory-world.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import type { Person } from '../support/person.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const GONE = { url: 'ldaps://gone.corp.example:636', host: 'gone.corp.example', port: 636, security: 'tls' } as const;

describeOnSamba('A write of which nobody says what became of it', (samba) => {
  const world = useDirectoryWorld(samba);

  /** As a process left it that died after it wrote, at a server that was taken out of the configuration since. */
  const leave = async (person: Person, isMoved: boolean, directory: string = CORP): Promise<void> => {
    const { store, directory: ours } = world().app.foundation;
    const account = await accountOf(world(), person);
    const changes = await ours.passwords.set(account, NEXT, 'reset');
    expect(changes).not.to.deep.equal([]);
    const intent = (await store.get(writebacks, person.id)) ?? expect.fail();
    const { left, ...rest } = intent;
    const stamp = isMoved ? {} : { stamp: left ?? expect.fail() };
    await store.swap(writebacks, { ...rest, ...stamp, directory, server: GONE, dueAt: world().clock.now() });
  };
  const pending = () => world().app.foundation.store.count(writebacks, everything);

  it('is asked about at another server, where that one is not configured any more', async () => {
    const { person } = await world().joins({ name: 'ada' });
    const { epoch } = await accountOf(world(), person);
    await leave(person, true);
    await world().later(2 * MINUTE);
    expect(await pending()).to.equal(0);
    expect((await accountOf(world(), person)).epoch).to.equal(epoch + 1);
    expect(await eventsOf(world(), person, 'directory.password_seen')).to.have.length(1);
    expect(await eventsOf(world(), person, 'directory.outcome_unknown')).to.deep.equal([]);
  });

  it('is given up where the others have heard nothing of it: the log says so, and what its owner had open ends', async () => {
    const { person } = await world().joins({ name: 'bert' });
    const { epoch } = await accountOf(world(), person);
    await leave(person, false);
    await world().later(2 * MINUTE);
    expect(await pending()).to.equal(0);
    expect((await accountOf(world(), person)).epoch).to.equal(epoch + 1);
    const [event] = await eventsOf(world(), person, 'directory.outcome_unknown');
    expect(event).to.include({ result: 'failure', method: CORP });
    expect(event?.reason).to.equal(`${GONE.url}: the server is not configured any more`);
  });

  it('is given up after an hour where its directory is not configured any more, and not before', async () => {
    const { person } = await world().joins({ name: 'cara' });
    const { epoch } = await accountOf(world(), person);
    await leave(person, false, 'former');
    await world().later(30 * MINUTE);
    expect(await pending()).to.equal(1);
    await world().later(2 * HOUR);
    expect(await pending()).to.equal(0);
    expect((await accountOf(world(), person)).epoch).to.equal(epoch + 1);
    const [event] = await eventsOf(world(), person, 'directory.outcome_unknown');
    expect(event).to.include({ method: 'former' });
  });
});

describe('The doctor', () => {
  const plugins = [ldap] as unknown as Parameters<typeof terminal>[2];

  it('tells of passwords that are in a directory which is not configured, and of writes that nobody explains', async () => {
    await using t = await terminal([doctor], [], plugins, { ldap: { directories: {} } });
    const findings = async (): Promise<string> => {
      const told = (await t.json(['doctor'])) as { readonly findings: readonly Finding[] };
      return told.findings.map(({ level, text }) => `${level}: ${text}`).join('\n');
    };
    expect(await findings()).not.to.include('not configured');
    const { store, clock } = t.server;
    const at = { directory: 'former', entry: 'x', dn: 'cn=x', seenAt: clock.now() };
    const intent = { directory: 'former', server: GONE, hash: 'x', written: true, dueAt: clock.now() };
    await store.commit([
      change.insert(directoryLinks, { ...at, id: 'ada', entryKey: entryKeyOf('former', 'x') }),
      change.insert(writebacks, { ...intent, id: 'ada' }),
    ]);
    expect(await findings())
      .to.include('warning: The password of one person is in a directory that is not configured, such as former')
      .and.include('warning: Whether the password of one person was written is not known');
  });
});

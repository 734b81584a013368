import { directoryLinks, entryKeyOf } from '../../plugins/ldap/collections.ts';
import { dialectOf } from '../../plugins/ldap/dialects/list.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import { createAuditReader } from '../../src/audit/reader.ts';
import { auditEvents } from '../../src/audit/record.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import type { Account } from '../../src/directory/account.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { randomId } from '../../src/kernel/random.ts';
import { change } from '../../src/store/port.ts';
import { and, eq } from '../../src/store/query.ts';
import { testClock } from '../support/clock.ts';
import type { TestClock } from '../support/clock.ts';
import { undeclaredFields } from '../support/declared-fields.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer, NewPerson, ServerKind } from '../support/directories/directory-server.ts';
import { Person } from '../support/person.ts';
import { openPremises } from '../support/premises.ts';
import type { ConfigTree, Premises } from '../support/premises.ts';
import { worldOn } from '../support/world.ts';
import type { World, WorldOptions } from '../support/world.ts';

export const DIALECTS = { samba: 'active-directory', slapd: 'openldap', ds389: 'ds389' } as const;
const ID = { samba: 'objectGUID', slapd: 'entryUUID', ds389: 'nsUniqueId' } as const satisfies Record<
  ServerKind,
  string
>;

export const CORP = 'corp';

/** A directory's section as its administrator writes it. */
export const directorySection = (server: DirectoryServer, others: ConfigTree = {}): ConfigTree => ({
  dialect: DIALECTS[server.kind],
  servers: [server.ldapsUrl],
  ca: server.caFile,
  bindDn: server.serviceDn,
  bindPassword: `plain:${server.servicePassword}`,
  base: server.baseDn,
  writeback: { enabled: true },
  // Stories make their people themselves, with mailboxes that no entry has.
  import: { enabled: false },
  ...others,
});

/** The id of an entry, as the directory's administrator sees it. */
export const entryIdOf = (server: DirectoryServer, dn: string): Promise<string> =>
  server.admin.during(async (client) => {
    const attribute = ID[server.kind];
    const options = { scope: 'base', attributes: [attribute], explicitBufferAttributes: [attribute] } as const;
    const { searchEntries } = await client.search(dn, {
      ...options,
      attributes: [attribute],
      explicitBufferAttributes: [attribute],
    });
    const bytes = searchEntries[0]?.[attribute];
    if (!Buffer.isBuffer(bytes)) throw new Error(`${dn} has no ${attribute}`);
    return dialectOf[DIALECTS[server.kind]].idText(bytes);
  });

/** Somebody of a directory, who is known here and in front of a browser. */
export interface Member {
  readonly dn: string;
  readonly person: Person;
}

export interface DirectoryWorld extends World {
  readonly premises: Premises;
  /** Adds somebody to the directory, and here as an import would, with an alternate mailbox registered. */
  joins(person: NewPerson, directory?: string): Promise<Member>;
  /** The same of an entry that is there already. */
  linked(person: NewPerson, dn: string, directory?: string): Promise<Person>;
}

export interface DirectoryWorldOptions extends WorldOptions {
  /** Laid over the directory's section. */
  readonly directory?: ConfigTree;
  /** Sections of further directories. */
  readonly others?: Readonly<Record<string, ConfigTree>>;
}

/** The product with a real directory; its clock begins with the machine's, by which the directory goes. */
export const directoryWorld = async (
  server: DirectoryServer,
  options: DirectoryWorldOptions = {},
): Promise<DirectoryWorld> => {
  await using stack = new AsyncDisposableStack();
  const clock = stack.use(testClock(systemClock.now()));
  const { directory = {}, others = {}, config = {}, ...rest } = options;
  const directories = { [CORP]: directorySection(server, directory), ...others };
  const premises = stack.use(
    await openPremises({ ...rest, config: { ...config, plugins: { ldap: { directories } } } }),
  );
  clock.install();
  const world = stack.use(await directoryWorldOn(server, premises, clock, options.surroundings));
  const owned = stack.move();
  return { ...world, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

/** The same on premises that are there already, such as those of a process that was killed. */
export const directoryWorldOn = async (
  server: DirectoryServer,
  premises: Premises,
  clock: TestClock,
  surroundings: WorldOptions['surroundings'] = {},
): Promise<DirectoryWorld> => {
  const world = await worldOn(premises, clock, surroundings);
  const { store, directory, random } = world.app.foundation;

  const linked: DirectoryWorld['linked'] = async (newPerson, dn, name = CORP) => {
    const { name: userName, password = PASSWORD } = newPerson;
    const mail = newPerson.mail ?? `${userName}@example.test`;
    const entry = await entryIdOf(server, dn);
    const { person, changes } = directory.people.creating(
      {
        userName,
        displayName: userName,
        emails: [{ value: mail, primary: true }],
        authority: name,
        source: 'ldap:corp',
      },
      { actor: 'system' },
    );
    const link = { id: person.id, directory: name, entry, entryKey: entryKeyOf(name, entry), dn, seenAt: clock.now() };
    const alternateMail = `${userName}@elsewhere.test`;
    const method = { id: randomId(random), method: 'email', addedAt: clock.now(), data: { address: alternateMail } };
    const registration = { ...nothingRegistered(person.id), methods: [method], confirmedAt: clock.now() };
    await store.commit([...changes, change.insert(directoryLinks, link), change.insert(registrations, registration)]);
    const known = { id: person.id, userName, mail, alternateMail, password };
    return Person.known({ mail: world.mail, party: world.party, issuer: world.issuer }, known, world.browser());
  };

  return {
    ...world,
    premises,
    linked,
    async joins(person, name) {
      const dn = await server.admin.addPerson(person);
      return { dn, person: await linked(person, dn, name) };
    },
  };
};

/** One world for all stories of a suite, with the directory as it is at the start. */
export const useDirectoryWorld = (
  server: () => DirectoryServer,
  options: DirectoryWorldOptions = {},
): (() => DirectoryWorld) => {
  let running: DirectoryWorld | undefined;

  before(async function () {
    this.timeout(60_000);
    running = await directoryWorld(server(), options);
  });

  after(async () => {
    const strange = running ? await undeclaredFields(running.app.foundation.store) : [];
    await running?.[Symbol.asyncDispose]();
    if (strange.length > 0) throw new Error(strange.join('\n'));
  });

  return () => {
    if (!running) throw new Error('a world begins with the first story');
    return running;
  };
};

export const accountOf = async ({ app }: World, { id }: Pick<Person, 'id'>): Promise<Account> => {
  const account = await app.foundation.directory.accounts.byId(id);
  if (!account) throw new Error(`nobody has the id ${id}`);
  return account;
};

/** What the log says of somebody, of one type. */
export const eventsOf = async (
  { app }: World,
  { id }: Pick<Person, 'id'>,
  type: string,
): Promise<readonly AuditRecord[]> => {
  const { store, secrets } = app.foundation;
  const { docs } = await store.find(auditEvents, and(eq('type', type), eq('subject', id)), { limit: 1000 });
  return createAuditReader(store, secrets).open(docs);
};

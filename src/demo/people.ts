import { z } from 'zod';
import type { Directory } from '../directory/directory.ts';
import { localPasswords } from '../directory/local-password.ts';
import type { Random } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Messages } from '../http/messages.ts';
import type { Account, DemoFact, DemoPerson } from '../plugin.ts';
import { change, Conflict, defineCollection, type Change, type Store } from '../store/port.ts';
import { everything } from '../store/query.ts';
import { readablePassword } from './readable-password.ts';

/** Who is made at the first start; `role` names what they are for, in the messages of the demo page. */
const CAST = [
  { userName: 'alice', givenName: 'Alice', familyName: 'Ahlberg', role: 'unregistered', registered: false, roles: [] },
  { userName: 'bob', givenName: 'Bob', familyName: 'Bergmann', role: 'registered', registered: true, roles: [] },
  { userName: 'carol', givenName: 'Carol', familyName: 'Castell', role: 'owner', registered: false, roles: ['owner'] },
] as const;

const MAIL_DOMAIN = 'demo.localhost';

/** Another domain than the account's own: a mailbox that can be read while locked out. */
const ALTERNATE_DOMAIN = 'home.localhost';

export const demoPeople = defineCollection({
  name: 'demoPeople',
  shape: z.strictObject({
    /** The user name that the person was made with. */
    id: z.string(),
    accountId: z.string(),
    role: z.string(),
    mail: z.string(),
    password: z.string().describe('sealed'),
  }),
});

/** A person of the demo as its page shows them. */
export interface ShownPerson {
  readonly userName: string;
  readonly role: string;
  readonly mail: string;
  /** The password of the first start; absent once it was changed. */
  readonly password?: string;
  readonly facts: readonly DemoFact[];
}

export interface FirstPassword {
  readonly userName: string;
  readonly password: string;
  /** What else is needed to be that person: lines for the terminal; absent where there is nothing. */
  readonly facts?: readonly string[];
}

export interface DemoPeople {
  /**
   * Makes the people at the first start of a store, with passwords that only this caller hears, for the terminal;
   * empty at every later start, also when somebody was removed since.
   */
  seed(): Promise<readonly FirstPassword[]>;
  shown(): Promise<readonly ShownPerson[]>;
}

export interface DemoPeopleParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly random: Random;
  readonly directory: Pick<Directory, 'people' | 'local'>;
  /** What plugins register for somebody who is to begin with a way back. */
  readonly registrations: readonly ((person: DemoPerson) => Promise<readonly Change[]>)[];
  /** What plugins tell of it afterwards. */
  readonly facts: readonly ((accountId: string) => Promise<readonly DemoFact[]>)[];
  readonly messages: Pick<Messages, 'in'>;
}

const sealedFor = (userName: string): string => `demo password ${userName}`;

type Cast = (typeof CAST)[number];

const create = async (parts: DemoPeopleParts, { role, roles, registered, ...cast }: Cast, password: string) => {
  const { userName, givenName, familyName } = cast;
  const mail = `${userName}@${MAIL_DOMAIN}`;
  const displayName = `${givenName} ${familyName}`;
  const { person, changes } = parts.directory.people.creating(
    {
      userName,
      displayName,
      name: { givenName, familyName },
      emails: [{ value: mail, type: 'work', primary: true }],
      adminRoles: roles,
      source: 'demo',
    },
    { actor: 'system' },
  );
  const account: Account = {
    id: person.id,
    userName,
    displayName,
    mail: [mail],
    groups: [],
    administrator: roles.length > 0,
    kind: 'person',
    active: true,
    epoch: person.epoch,
  };
  const someone = { account, alternateMail: `${userName}@${ALTERNATE_DOMAIN}` };
  const registering = registered ? await Promise.all(parts.registrations.map((register) => register(someone))) : [];
  const sealed = parts.secrets.seal(sealedFor(userName), password);
  return [
    change.insert(demoPeople, { id: userName, accountId: person.id, role, mail, password: sealed }),
    ...changes,
    await parts.directory.local.starting(person.id, password),
    ...registering.flat(),
  ];
};

export const createDemoPeople = (parts: DemoPeopleParts): DemoPeople => {
  const { store, secrets, random } = parts;

  const factsOf = async (accountId: string): Promise<readonly DemoFact[]> =>
    (await Promise.all(parts.facts.map((tell) => tell(accountId)))).flat();

  const linesOf = async (userName: string): Promise<readonly string[]> => {
    const person = await store.get(demoPeople, userName);
    const facts = person ? await factsOf(person.accountId) : [];
    const english = parts.messages.in('en');
    return facts
      .filter(({ lasting }) => lasting)
      .map(({ label, value, href = '' }) => [english.t(label.key, label.values), value, href].join(' ').trim());
  };

  return {
    async seed() {
      if ((await store.count(demoPeople, everything)) > 0) return [];
      const cast = CAST.map((each) => ({ each, password: readablePassword(random) }));
      const changes = await Promise.all(cast.map(({ each, password }) => create(parts, each, password)));
      try {
        await store.commit(changes.flat());
      } catch (error) {
        // Another process started at the same moment and was first, or an operator has people of these names.
        if (error instanceof Conflict && error.reason === 'duplicate') return [];
        throw error;
      }
      return await Promise.all(
        cast.map(async ({ each: { userName }, password }) => {
          const facts = await linesOf(userName);
          return { userName, password, ...(facts.length > 0 ? { facts } : {}) };
        }),
      );
    },

    async shown() {
      const { docs } = await store.find(demoPeople, everything, { sort: [{ path: 'id' }] });
      return await Promise.all(
        docs.map(async ({ id, role, mail, accountId, password }) => {
          const current = await store.get(localPasswords, accountId);
          // Every later password is a later version of the same document.
          const unchanged = current?.version === 1;
          return {
            userName: id,
            role,
            mail,
            ...(unchanged && { password: secrets.open(sealedFor(id), password) }),
            facts: await factsOf(accountId),
          };
        }),
      );
    },
  };
};

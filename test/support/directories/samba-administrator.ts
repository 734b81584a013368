import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Attribute } from 'ldapts';
import type { Client, Entry, SearchOptions } from 'ldapts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { change, createCommonWork } from './common-work.ts';
import type { Session } from './common-work.ts';
import { PASSWORD } from './directory-server.ts';
import type { Answer, NewPerson, SambaAdministrator } from './directory-server.ts';
import { rdn } from './names.ts';
import { SecurityDescriptor } from './samba-controls.ts';
import { domainChanges, SAMBA_POLICY, settingsObject } from './samba-policy.ts';
import { REALM } from './samba-template.ts';

const run = promisify(execFile);

const AGING = fileURLToPath(new URL('set_pwd_last_set.py', import.meta.url));
/** Debian's own, which sees Debian's modules; another may come first in the path. */
const PYTHON = '/usr/bin/python3';

const DISABLED = 0x2;
const NORMAL_ACCOUNT = '512';
const GLOBAL_SECURITY_GROUP = '-2147483646';
const MOST_TRIES = 50;
const SINCE_1601_MS = 11_644_473_600_000n;
const DAY_S = 86_400;
const EXPIRES_AFTER_S = 42 * DAY_S;

/** 100 ns since 1601 (MS-ADTS section 2.3: FILETIME). */
const fileTime = (secondsAgo: number): string =>
  // The server compares it with the machine's clock, so no other would do.
  String((BigInt(systemClock.now() - secondsAgo * 1000) + SINCE_1601_MS) * 10_000n);

/** The value of `unicodePwd` (MS-ADTS section 3.1.1.3.1.5). */
export const unicodePwd = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

export const upn = (name: string): string => `${name}@${REALM.toLowerCase()}`;

const attributesOf = (person: NewPerson): Attribute[] => {
  const { name, commonName = name } = person;
  const values: Readonly<Record<string, string | undefined>> = {
    cn: commonName,
    sAMAccountName: name,
    userPrincipalName: upn(name),
    userAccountControl: NORMAL_ACCOUNT,
    givenName: person.givenName,
    sn: person.surname,
    displayName: [person.givenName, person.surname].filter(Boolean).join(' ') || undefined,
    mail: person.mail,
    mobile: person.mobile,
    telephoneNumber: person.telephone,
    employeeID: person.employeeId,
  };
  return [
    new Attribute({ type: 'objectClass', values: ['top', 'person', 'organizationalPerson', 'user'] }),
    ...Object.entries(values).flatMap(([type, value]) =>
      value === undefined ? [] : [new Attribute({ type, values: [value] })],
    ),
    new Attribute({ type: 'unicodePwd', values: [unicodePwd(person.password ?? PASSWORD)] }),
  ];
};

const only = (entries: readonly Entry[], dn: string): Entry => {
  const [entry] = entries;
  if (!entry) throw new Error(`${dn} is not there`);
  return entry;
};

export const entryOf = async (client: Client, dn: string, attributes: readonly string[]): Promise<Entry> => {
  const { searchEntries } = await client.search(dn, { scope: 'base', attributes: [...attributes] });
  return only(searchEntries, dn);
};

export interface SambaDesk {
  readonly during: Session;
  /** Folder of the server. */
  readonly folder: string;
  readonly configuration: string;
  readonly baseDn: string;
  readonly peopleDn: string;
  /** Units that stay when everything is cleared, and of these, those that are emptied. */
  readonly units: readonly string[];
  readonly emptied: readonly string[];
  bind(dn: string, password: string): Promise<Answer>;
}

export const createSambaAdministrator = (desk: SambaDesk): SambaAdministrator => {
  const { during, baseDn, peopleDn } = desk;
  const work = createCommonWork(during, baseDn);
  const settings = `CN=Password Settings Container,CN=System,${baseDn}`;

  const flag = (dn: string, set: boolean): Promise<void> =>
    during(async (client) => {
      const { userAccountControl } = await entryOf(client, dn, ['userAccountControl']);
      const before = Number(userAccountControl);
      const after = set ? before | DISABLED : before & ~DISABLED;
      await client.modify(dn, change('replace', 'userAccountControl', [String(after)]));
    });
  const domainValue = (name: string): Promise<string> =>
    during(async (client) => String((await entryOf(client, baseDn, [name]))[name]));

  const admin: SambaAdministrator = {
    ...work,
    setPolicy: (policy) => during((client) => client.modify(baseDn, domainChanges(policy))),
    async addPerson(person) {
      const dn = `${rdn('CN', person.commonName ?? person.name)},${person.parentDn ?? peopleDn}`;
      await during((client) => client.add(dn, attributesOf(person)));
      return dn;
    },
    setPassword: (dn, password) =>
      during((client) => client.modify(dn, change('replace', 'unicodePwd', [unicodePwd(password)]))),
    async lock(dn) {
      if ((await domainValue('lockoutThreshold')) === '0') await admin.setPolicy({ lockoutThreshold: 3 });
      const isLocked = () =>
        during(async (client) => Number((await entryOf(client, dn, ['lockoutTime']))['lockoutTime'] ?? 0) > 0);
      for (let tries = 0; tries < MOST_TRIES && !(await isLocked()); tries += 1) {
        await desk.bind(dn, `wrong ${String(tries)}`);
      }
    },
    unlock: (dn) => work.replace(dn, { lockoutTime: '0' }),
    disable: (dn) => flag(dn, true),
    enable: (dn) => flag(dn, false),
    mustChange: (dn) => work.replace(dn, { pwdLastSet: '0' }),
    async agePassword(dn, seconds) {
      await run(PYTHON, [AGING, desk.configuration, join(desk.folder, 'private/sam.ldb'), dn, fileTime(seconds)]);
    },
    async expirePassword(dn) {
      if (Number(await domainValue('maxPwdAge')) < -1e18) await admin.setPolicy({ maxAge: EXPIRES_AFTER_S });
      await admin.agePassword(dn, 10 * EXPIRES_AFTER_S);
    },
    expireAccount: (dn) => work.replace(dn, { accountExpires: fileTime(DAY_S) }),
    rename: (dn, name, commonName = name) =>
      during(async (client) => {
        const next = await work.renamed(client, dn, rdn('CN', commonName));
        await client.modify(next, [
          change('replace', 'sAMAccountName', [name]),
          change('replace', 'userPrincipalName', [upn(name)]),
        ]);
        return next;
      }),
    async addGroup(name, members = []) {
      const dn = `${rdn('CN', name)},OU=Groups,${baseDn}`;
      const some = members.length > 0 ? { member: [...members] } : {};
      const group = { objectClass: ['top', 'group'], sAMAccountName: name, groupType: GLOBAL_SECURITY_GROUP, ...some };
      await during((client) => client.add(dn, group));
      return dn;
    },
    async addFineGrainedPolicy(name, policy, appliesTo) {
      const dn = `${rdn('CN', name)},${settings}`;
      await during((client) => client.add(dn, settingsObject(policy, appliesTo)));
      return dn;
    },
    protect: (dn) =>
      during(async (client) => {
        const control = new SecurityDescriptor();
        const holder = `CN=AdminSDHolder,CN=System,${baseDn}`;
        const name = 'nTSecurityDescriptor';
        const options: SearchOptions = { scope: 'base', attributes: [name], explicitBufferAttributes: [name] };
        const { searchEntries } = await client.search(holder, options, control);
        const descriptor = only(searchEntries, holder)[name];
        if (!Buffer.isBuffer(descriptor)) throw new Error(`${holder} shows no security descriptor`);
        await client.modify(dn, change('replace', 'adminCount', ['1']));
        // SE_DACL_PROTECTED (MS-DTYP section 2.4.6), or what stands above is inherited again.
        descriptor.writeUInt16LE(descriptor.readUInt16LE(2) | 0x1000, 2);
        await client.modify(dn, change('replace', name, [descriptor]), control);
      }),
    async clear() {
      await work.empty(settings);
      await work.emptyAllBut(desk.units, desk.emptied);
      await admin.setPolicy(SAMBA_POLICY);
    },
  };
  return admin;
};

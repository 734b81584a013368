import { change, createCommonWork } from './common-work.ts';
import type { CommonWork, Session } from './common-work.ts';
import { PASSWORD } from './directory-server.ts';
import type { Administrator, NewPerson } from './directory-server.ts';
import { rdn } from './names.ts';

/** What servers with people of RFC 2798 do alike. */
export type InetOrgPersonWork = CommonWork & Pick<Administrator, 'addPerson' | 'setPassword' | 'rename' | 'addGroup'>;

/** Its own DN, which is nobody's: groups of RFC 4519 must have a member. */
const NOBODY = '';

const attributesOf = (person: NewPerson): Record<string, string | string[]> => {
  const { name, givenName, surname = name } = person;
  const values: Readonly<Record<string, string | undefined>> = {
    uid: name,
    cn: person.commonName ?? [givenName, surname].filter(Boolean).join(' '),
    sn: surname,
    givenName,
    mail: person.mail,
    mobile: person.mobile,
    telephoneNumber: person.telephone,
    employeeNumber: person.employeeId,
    userPassword: person.password ?? PASSWORD,
  };
  const told = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { objectClass: ['inetOrgPerson'], ...Object.fromEntries(told) };
};

interface Layout {
  readonly baseDn: string;
  readonly peopleDn: string;
  readonly groupsDn: string;
}

export const createInetOrgPersonWork = (during: Session, { baseDn, peopleDn, groupsDn }: Layout): InetOrgPersonWork => {
  const work = createCommonWork(during, baseDn);
  return {
    ...work,
    async addPerson(person) {
      const dn = `${rdn('uid', person.name)},${person.parentDn ?? peopleDn}`;
      await during((client) => client.add(dn, attributesOf(person)));
      return dn;
    },
    setPassword: (dn, password) => during((client) => client.modify(dn, change('replace', 'userPassword', [password]))),
    rename: (dn, name, commonName) =>
      during(async (client) => {
        const next = await work.renamed(client, dn, rdn('uid', name));
        if (commonName !== undefined) await client.modify(next, change('replace', 'cn', [commonName]));
        return next;
      }),
    async addGroup(name, members = [NOBODY]) {
      const dn = `${rdn('cn', name)},${groupsDn}`;
      await during((client) => client.add(dn, { objectClass: ['groupOfNames'], cn: name, member: [...members] }));
      return dn;
    },
  };
};

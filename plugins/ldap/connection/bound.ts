import { answered, answerOf } from './answered.ts';
import { octets, sequence, within } from './ber.ts';
import type { Connection } from './connection.ts';
import type { Ldap, PasswordModify } from './ldap.ts';
import type { Requests } from './requests.ts';
import type { RootDse } from './root-dse.ts';
import { contentSync } from './content-sync.ts';
import { searching } from './searching.ts';

const PASSWORD_MODIFY = '1.3.6.1.4.1.4203.1.11.1';

/** PasswdModifyRequestValue (RFC 3062 section 2). */
const passwordModifyValue = ({ user, old, next }: PasswordModify): Buffer =>
  sequence(
    ...(user === undefined ? [] : [octets(user, 0x80)]),
    ...(old === undefined ? [] : [octets(old, 0x81)]),
    ...(next === undefined ? [] : [octets(next, 0x82)]),
  );

const generatedIn = (value: Buffer | undefined): { readonly generated?: string } => {
  const made = value && within(value).find(({ tag }) => tag === 0x80);
  return made ? { generated: made.content.toString('utf8') } : {};
};

/** What root DSEs said lately, over all connections of a directory. */
export interface RootDses {
  of(ldap: Pick<Ldap, 'server' | 'entry'>, fresh: boolean): Promise<RootDse>;
}

/** The operations on a connection that somebody is bound on. */
export const boundOn = (connection: Connection, requests: Requests, rootDses: RootDses): Ldap => {
  const { server } = connection;
  const reading = searching(connection, requests);

  const extended: Ldap['extended'] = async (oid, value, controls) => {
    const { result } = await answered(connection, requests.extended(oid, value, controls));
    return { ...answerOf(result), ...(result.value ? { value: result.value } : {}) };
  };

  return {
    server,
    ...reading,
    extended,
    contentSync: (sync, take) => contentSync(connection, requests, sync, take),
    async modify(dn, changes, controls) {
      return answerOf((await answered(connection, requests.modify(dn, changes, controls))).result);
    },
    async add(dn, attributes) {
      return answerOf((await answered(connection, requests.add(dn, attributes))).result);
    },
    async remove(dn) {
      return answerOf((await answered(connection, requests.remove(dn))).result);
    },
    async passwordModify(asked, controls) {
      const { value, ...answer } = await extended(PASSWORD_MODIFY, passwordModifyValue(asked), controls);
      return { ...answer, ...generatedIn(value) };
    },
    rootDse: ({ fresh = false } = {}) => rootDses.of({ server, entry: reading.entry }, fresh),
  };
};

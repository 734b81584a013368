import { Control } from 'ldapts';
import { change } from './common-work.ts';
import type { Session } from './common-work.ts';
import type { Administrator, Answer } from './directory-server.ts';
import type { ExampleTree } from './example-tree.ts';
import { generalizedTime } from './generalized-time.ts';
import { createInetOrgPersonWork } from './inet-org-person-work.ts';
import { FIRST_POLICY, writtenPolicy } from './policy-writing.ts';
import { slapdPolicy } from './slapd-policy.ts';

/** What `pwdAccountLockedTime` says of an account that only an administrator opens (section 5.3.3 of the draft). */
const FOR_GOOD = '000001010000Z';
const MOST_TRIES = 50;
const EXPIRES_AFTER_S = 42 * 86_400;

/** Lets the administrator write what slapd else writes alone (draft-zeilenga-ldap-relax). */
const relaxed = (): Control => new Control('1.3.6.1.4.1.4203.666.5.12', { critical: true });

interface Desk extends ExampleTree {
  readonly during: Session;
  readonly policyDn: string;
  bind(dn: string, password: string): Promise<Answer>;
}

export const createSlapdAdministrator = (desk: Desk): Administrator => {
  const { during, policyDn } = desk;
  const work = createInetOrgPersonWork(during, desk);

  const admin: Administrator = {
    ...work,
    setPolicy: (policy) => work.replace(policyDn, Object.fromEntries(writtenPolicy(slapdPolicy, policy))),
    async lock(dn) {
      if ((await work.read(policyDn, 'pwdMaxFailure')) === '0') await admin.setPolicy({ lockoutThreshold: 3 });
      const isLocked = async () => (await work.read(dn, 'pwdAccountLockedTime')) !== undefined;
      for (let tries = 0; tries < MOST_TRIES && !(await isLocked()); tries += 1) {
        await desk.bind(dn, `wrong ${String(tries)}`);
      }
    },
    unlock: (dn) => work.replace(dn, { pwdAccountLockedTime: [] }),
    disable: (dn) => work.replace(dn, { pwdAccountLockedTime: FOR_GOOD }),
    enable: (dn) => work.replace(dn, { pwdAccountLockedTime: [] }),
    async mustChange(dn) {
      await admin.setPolicy({ changeAfterReset: true });
      await work.replace(dn, { pwdReset: 'TRUE' });
    },
    agePassword: (dn, seconds) =>
      during((client) => client.modify(dn, change('replace', 'pwdChangedTime', [generalizedTime(seconds)]), relaxed())),
    async expirePassword(dn) {
      if ((await work.read(policyDn, 'pwdMaxAge')) === '0') await admin.setPolicy({ maxAge: EXPIRES_AFTER_S });
      await admin.agePassword(dn, 10 * EXPIRES_AFTER_S);
    },
    async clear() {
      await work.emptyAllBut(desk.units, desk.emptied);
      await admin.setPolicy(FIRST_POLICY);
    },
  };
  return admin;
};

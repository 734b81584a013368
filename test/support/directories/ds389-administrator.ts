import type { Session } from './common-work.ts';
import type { Administrator, Answer } from './directory-server.ts';
import type { ExampleTree } from './example-tree.ts';
import { generalizedTime } from './generalized-time.ts';
import { createInetOrgPersonWork } from './inet-org-person-work.ts';
import { ds389Policy } from './ds389-policy.ts';
import { FIRST_POLICY, writtenPolicy } from './policy-writing.ts';

const CONFIG = 'cn=config';
const MOST_TRIES = 50;
const EXPIRES_AFTER_S = 42 * 86_400;
/** The time of expiry by which the server knows a password that must be changed. */
const MUST_CHANGE = '19700101000000Z';
/** What a lock consists of. */
const LOCK = { passwordRetryCount: [], retryCountResetTime: [], accountUnlockTime: [] };

interface Desk extends ExampleTree {
  readonly during: Session;
  bind(dn: string, password: string): Promise<Answer>;
}

export const createDs389Administrator = (desk: Desk): Administrator => {
  const work = createInetOrgPersonWork(desk.during, desk);
  const setting = async (name: string): Promise<string> => (await work.read(CONFIG, name)) ?? '';

  const admin: Administrator = {
    ...work,
    setPolicy: (policy) => work.replace(CONFIG, Object.fromEntries(writtenPolicy(ds389Policy, policy))),
    async lock(dn) {
      if ((await setting('passwordLockout')) === 'off') await admin.setPolicy({ lockoutThreshold: 3 });
      const isLocked = async () => (await work.read(dn, 'accountUnlockTime')) !== undefined;
      for (let tries = 0; tries < MOST_TRIES && !(await isLocked()); tries += 1) {
        await desk.bind(dn, `wrong ${String(tries)}`);
      }
    },
    unlock: (dn) => work.replace(dn, LOCK),
    disable: (dn) => work.replace(dn, { nsAccountLock: 'true' }),
    enable: (dn) => work.replace(dn, { nsAccountLock: [] }),
    async mustChange(dn) {
      await admin.setPolicy({ changeAfterReset: true });
      await work.replace(dn, { passwordExpirationTime: MUST_CHANGE });
    },
    async agePassword(dn, seconds) {
      const [minAge, maxAge] = [await setting('passwordMinAge'), await setting('passwordMaxAge')].map(Number);
      await work.replace(dn, {
        passwordAllowChangeTime: generalizedTime(seconds - (minAge ?? 0)),
        passwordExpirationTime: generalizedTime(seconds - (maxAge ?? 0)),
      });
    },
    async expirePassword(dn) {
      if ((await setting('passwordExp')) === 'off') await admin.setPolicy({ maxAge: EXPIRES_AFTER_S });
      await admin.agePassword(dn, 10 * EXPIRES_AFTER_S);
    },
    async clear() {
      await work.emptyAllBut(desk.units, desk.emptied);
      await admin.setPolicy(FIRST_POLICY);
    },
  };
  return admin;
};

import { Attribute, Change, TypeOrValueExistsError } from 'ldapts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';

const POLICY = [
  ...['objectClass', 'passwordCheckSyntax', 'passwordMinLength', 'passwordHistory', 'passwordInHistory'],
  ...['passwordMinAge', 'passwordExp', 'passwordMaxAge', 'passwordLockout', 'passwordMaxFailure'],
  ...['passwordResetFailureCount', 'passwordUnlock', 'passwordLockoutDuration'],
];

/**
 * What an administrator of 389 DS has to allow besides the rights to passwords: that the policy is read, and that it is
 * said of a password which was reset that it need not be changed. Times of passwords are kept only where asked for.
 */
export const allowMore = async ({ admin, serviceDn, peopleDn }: DirectoryServer): Promise<void> => {
  const aci = (targets: string, rights: string, name: string): string =>
    `(targetattr="${targets}")(version 3.0; acl "${name}"; allow (${rights}) userdn="ldap:///${serviceDn}";)`;
  await admin.replace('cn=config', { passwordTrackUpdateTime: 'on' });
  await admin.during(async (client) => {
    const add = async (dn: string, value: string): Promise<void> => {
      const modification = new Attribute({ type: 'aci', values: [value] });
      try {
        await client.modify(dn, new Change({ operation: 'add', modification }));
      } catch (error) {
        // Another suite asked for it before.
        if (!(error instanceof TypeOrValueExistsError)) throw error;
      }
    };
    await add('cn=config', aci(POLICY.join(' || '), 'read,search,compare', 'Latchkey reads the policy'));
    await add(peopleDn, aci('passwordExpirationTime', 'write', 'Latchkey says what must be changed'));
  });
};

import type { SambaServer } from './directory-server.ts';
import { describeOn } from './describe-on.ts';
import { SAMBA } from './packages.ts';
import { sambaForTests } from './samba.ts';

/** A suite that needs a real Samba AD. Where none can be had it is pending, and its title says what would change that. */
export const describeOnSamba = (title: string, suite: (samba: () => SambaServer) => void): void => {
  describeOn(SAMBA, sambaForTests, title, suite);
};

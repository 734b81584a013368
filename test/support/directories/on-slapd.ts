import { describeOn } from './describe-on.ts';
import type { DirectoryServer } from './directory-server.ts';
import { SLAPD } from './packages.ts';
import { slapdForTests } from './slapd.ts';

/** A suite that needs a real slapd with ppolicy. Where none can be had it is pending, and its title says why. */
export const describeOnSlapd = (title: string, suite: (slapd: () => DirectoryServer) => void): void => {
  describeOn(SLAPD, slapdForTests, title, suite);
};

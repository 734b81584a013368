import { describeOn } from './describe-on.ts';
import type { DirectoryServer } from './directory-server.ts';
import { ds389ForTests } from './ds389.ts';
import { DS389 } from './packages.ts';

/** A suite that needs a real 389 DS. Where none can be had it is pending, and its title says why. */
export const describeOnDs389 = (title: string, suite: (ds389: () => DirectoryServer) => void): void => {
  describeOn(DS389, ds389ForTests, title, suite);
};

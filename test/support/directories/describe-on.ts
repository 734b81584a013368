import type { DirectoryServer } from './directory-server.ts';
import { whyNot } from './packages.ts';
import type { PackagedServer } from './packages.ts';

/** Provisioning included, which only the first run has to do. */
const START_MS = 240_000;

export const describeOn = <Server extends DirectoryServer>(
  packaged: PackagedServer,
  forTests: () => Promise<Server | { readonly pending: string }>,
  title: string,
  suite: (server: () => Server) => void,
): void => {
  let started: Server | undefined;
  const server = (): Server => {
    if (!started) throw new Error(`${packaged.title} is started before the tests`);
    return started;
  };
  const missing = whyNot(packaged);
  if (missing !== undefined) {
    describe.skip(`${title} (${missing})`, () => {
      suite(server);
    });
    return;
  }
  describe(title, function () {
    before(async function () {
      this.timeout(START_MS);
      const shared = await forTests();
      if ('pending' in shared) throw new Error(shared.pending);
      started = shared;
      await started.admin.clear();
    });
    suite(server);
  });
};

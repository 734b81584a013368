import { hostEvents } from '../../src/audit/catalogue.ts';
import { createAudit } from '../../src/audit/log.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openStore } from '../../src/store/open.ts';
import { roomCollections, testSecrets } from '../support/rooms.ts';
import { courier, mailTo } from './courier.ts';

/** A node that delivers mail to a port on loopback until it is killed. */
const work = async (url: string, port: number, now: number): Promise<void> => {
  const clock = { now: () => now };
  const secrets = testSecrets();
  const store = await openStore({ url, collections: roomCollections, migrations: [], clock });
  const audit = createAudit(hostEvents, clock, systemRandom, secrets);
  await courier({ store, clock, secrets, audit }, { mail: await mailTo(port) }).run();
};

if (process.argv[1] === import.meta.filename) {
  const [url = '', port = '', now = ''] = process.argv.slice(2);
  await work(url, Number(port), Number(now));
}

/**
 * A node that delivers mail until it is killed: `node dying-courier.ts STORE PORT NOW`.
 */
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createAudit } from '../../src/audit/log.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openStore } from '../../src/store/open.ts';
import { roomCollections, testSecrets } from '../support/rooms.ts';
import { courier, mailTo } from './courier.ts';

const [store = '', port = '', now = ''] = process.argv.slice(2);
const clock = { now: () => Number(now) };
const secrets = testSecrets();
const opened = await openStore({ url: `sqlite:${store}`, collections: roomCollections, migrations: [], clock });
const audit = createAudit(Object.keys(hostEvents), clock, systemRandom, secrets);
await courier({ store: opened, clock, secrets, audit }, { mail: await mailTo(Number(port)) }).run();

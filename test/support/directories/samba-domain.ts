import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CROWD } from './directory-server.ts';
import type { SambaServer } from './directory-server.ts';
import { SAMBA_POLICY } from './samba-policy.ts';
import { DOMAIN, REALM } from './samba-template.ts';

const run = promisify(execFile);

const BASE = REALM.toLowerCase()
  .split('.')
  .map((part) => `DC=${part}`)
  .join(',');
const NAMES = ['People', 'Groups', 'Outside', 'Services', 'Crowd'] as const;
const unit = (name: (typeof NAMES)[number]): string => `OU=${name},${BASE}`;

/** What every domain has, and ours. */
const UNITS = [`OU=Domain Controllers,${BASE}`, ...NAMES.map(unit)];
const SERVICE = { name: 'svc-latchkey', password: 'Service-Winter-7' };
const SERVICE_DN = `CN=${SERVICE.name},${unit('Services')}`;
const NEVER_EXPIRES = '66048';

/** Where things are in the domain of the tests. */
export const SAMBA_DOMAIN = {
  realm: REALM,
  domain: DOMAIN,
  baseDn: BASE,
  peopleDn: unit('People'),
  groupsDn: unit('Groups'),
  outsideDn: unit('Outside'),
  units: UNITS,
  emptied: (['People', 'Groups', 'Outside'] as const).map(unit),
  crowdDn: `CN=Crowd,${unit('Crowd')}`,
  serviceDn: SERVICE_DN,
  servicePassword: SERVICE.password,
  adminDn: `CN=Administrator,CN=Users,${BASE}`,
};

const sidOf = (bytes: Buffer): string => {
  const authorities = Array.from({ length: bytes.readUInt8(1) }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ['S', bytes.readUInt8(0), bytes.readUIntBE(2, 6), ...authorities].join('-');
};

const PERSON = 'bf967aba-0de6-11d0-a285-00aa003049e2';
const DELEGATED = [
  ['CR', '00299570-246d-11d0-a768-00aa006e0529'], // Reset Password
  ['CR', 'ab721a53-1e2f-11d0-9819-00aa0040529b'], // Change Password
  ['WP', '28630ebf-41d5-11d1-a9c1-0000f80367c1'], // lockoutTime
  ['WP', 'bf967a0a-0de6-11d0-a285-00aa003049e2'], // pwdLastSet
] as const;

/** Adds units, the service account with its four rights on people, and the crowd. */
export const prepareDomain = async (server: SambaServer, configuration: string, folder: string): Promise<void> => {
  const { admin } = server;
  for (const name of NAMES) await admin.addUnit(name);
  await admin.addPerson({ ...SERVICE, parentDn: unit('Services') });
  await admin.replace(SERVICE_DN, { userAccountControl: NEVER_EXPIRES });
  await admin.replace(server.adminDn, { userAccountControl: NEVER_EXPIRES });
  await admin.setPolicy(SAMBA_POLICY);
  const sid = await admin.during(async (client) => {
    const { searchEntries } = await client.search(SERVICE_DN, {
      scope: 'base',
      attributes: ['objectSid'],
      explicitBufferAttributes: ['objectSid'],
    });
    const bytes = searchEntries[0]?.['objectSid'];
    if (!Buffer.isBuffer(bytes)) throw new Error(`${SERVICE_DN} has no objectSid`);
    return sidOf(bytes);
  });
  const sddl = DELEGATED.map(([right, what]) => `(OA;CIIO;${right};${what};${PERSON};${sid})`).join('');
  const where = ['-H', join(folder, 'private/sam.ldb'), '-s', configuration];
  await run('samba-tool', ['dsacl', 'set', ...where, `--objectdn=${SAMBA_DOMAIN.peopleDn}`, `--sddl=${sddl}`]);
  await admin.during(async (client) => {
    const names = Array.from({ length: CROWD }, (_, index) => `crowd-${String(index + 1).padStart(4, '0')}`);
    const members = names.map((name) => `CN=${name},${unit('Crowd')}`);
    for (const [index, cn] of names.entries()) {
      // Without a password an account cannot be enabled.
      await client.add(members[index] ?? '', {
        objectClass: 'user',
        cn,
        sAMAccountName: cn,
        userAccountControl: '514',
      });
    }
    await client.add(server.crowdDn, { objectClass: 'group', cn: 'Crowd', sAMAccountName: 'Crowd', member: members });
  });
};

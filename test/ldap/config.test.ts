import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ldapConfig, ldapFaults } from '../../plugins/ldap/config.ts';
import type { LdapConfig } from '../../plugins/ldap/config.ts';
import { ConfigFaults } from '../../src/config/faults.ts';
import { loadConfig } from '../../src/config/load.ts';
import { definePlugin } from '../../src/plugin.ts';
import { directoryOptions } from './link-to.ts';

const plugin = definePlugin<LdapConfig>({ name: 'ldap', config: ldapConfig, faults: ldapFaults, setup: () => ({}) });

const corp = {
  dialect: 'active-directory',
  servers: ['ldaps://dc1.corp.example'],
  bindDn: 'svc-latchkey@corp.example',
  bindPassword: 'env:LDAP_PASSWORD',
  base: 'dc=corp,dc=example',
};

const production = {
  profile: 'production',
  issuer: 'https://id.example',
  masterKey: 'env:KEY',
  mail: { smtp: { host: 'mail.example' } },
};

describe('The section of directories', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const load = async (directories: unknown, rest: object = {}) => {
    const file = join(folder, 'latchkey.yaml');
    await writeFile(file, JSON.stringify({ ...rest, plugins: { ldap: { directories } } }));
    const env = { LATCHKEY_CONFIG: file, LDAP_PASSWORD: 'hunter2', KEY: Buffer.alloc(32, 1).toString('base64') };
    const config = await loadConfig(env, [plugin]);
    return config.plugins['ldap'] as LdapConfig;
  };
  const faults = async (directories: unknown, rest: object = {}) => {
    const failed: unknown = await load(directories, rest).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed instanceof ConfigFaults) return failed.faults.map(({ path, message }) => `${path}: ${message}`);
    if (failed === undefined) return [];
    throw failed as Error;
  };

  it('is empty unless somebody names a directory', () => {
    expect(ldapConfig.parse(undefined)).to.deep.equal({ directories: {} });
  });

  it('takes five lines for an Active Directory, and keeps its password from being shown', async () => {
    const { directories } = await load({ corp });
    const read = directories['corp'];
    expect(read?.bindPassword.reveal()).to.equal('hunter2');
    expect(JSON.stringify(read)).not.to.include('hunter2');
    expect(read?.people.attributes).to.include({ id: 'objectGUID', userName: 'sAMAccountName', mail: 'mail' });
    expect([read?.people.base, read?.groups.base]).to.deep.equal([corp.base, corp.base]);
    expect(read?.writeback).to.deep.include({ enabled: false, verifyBind: true, oldPasswordAllowed: 3_600_000 });
    expect(read?.timeouts).to.deep.equal({ connect: 5000, answer: 10_000 });
  });

  it('knows by the dialect what others call things, and lets each be said otherwise', () => {
    const openldap = directoryOptions({ servers: ['ldaps://a'], people: { attributes: { mail: 'mailAddress' } } });
    expect(openldap.people.attributes).to.include({ id: 'entryUUID', userName: 'uid', mail: 'mailAddress' });
    expect(openldap.people.attributes).not.to.have.property('principalName');
    const ds389 = directoryOptions({ dialect: 'ds389', servers: ['ldaps://a'], groups: { member: 'uniqueMember' } });
    expect(ds389.people.attributes.id).to.equal('nsUniqueId');
    expect([ds389.groups.name, ds389.groups.member]).to.deep.equal(['cn', 'uniqueMember']);
  });

  it('allows no LDAP without TLS in production', async () => {
    const plain = { corp: { ...corp, servers: ['ldap://dc1.corp.example'], plain: true } };
    expect(await faults(plain)).to.deep.equal([]);
    expect(await faults(plain, production)).to.deep.equal([
      'plugins.ldap.directories.corp.plain: must be left out of production: passwords would be in the clear; use ldaps:// or ldap:// with StartTLS',
    ]);
    expect(await faults({ corp: { ...corp, servers: ['ldap://dc1.corp.example'] } }, production)).to.deep.equal([]);
  });

  it('tells everything that is wrong at once, each where it stands', async () => {
    const found = await faults({
      one: {
        ...corp,
        srv: 'corp.example',
        base: 'corp.example',
        ca: 'nowhere.pem',
        people: { filter: 'objectClass=person' },
        match: { groups: ['cn=a,dc=b', 'admins'] },
      },
      two: { ...corp, servers: undefined },
    });
    expect(found.map((fault) => fault.replace('plugins.ldap.directories.', '').split(': ')[0])).to.have.members([
      'one.servers',
      'one.base',
      'one.ca',
      'one.people.filter',
      'one.match.groups.1',
      'two.servers',
    ]);
  });

  for (const [what, change] of [
    ['a server that is no LDAP', { servers: ['https://dc1.corp.example'] }],
    ['a server with a path', { servers: ['ldaps://dc1.corp.example/dc=corp'] }],
    ['a server with a name and a password in it', { servers: ['ldaps://user:pw@dc1.corp.example'] }],
    ['a port that there is not', { servers: ['ldaps://dc1.corp.example:70000'] }],
    ['no servers at all', { servers: [] }],
    ['a password in the file itself', { bindPassword: 'hunter2' }],
    ['no time for an answer', { timeouts: { answer: '0s' } }],
    ['an attribute that is none', { people: { attributes: { mail: 'mail)(uid=*' } } }],
    ['an option that there is not', { tls: { rejectUnauthorized: false } }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect(await faults({ corp: { ...corp, ...change } })).to.have.length(1);
    });
  }

  for (const name of ['local', 'Corp', '1st', 'a b', '']) {
    it(`refuses a directory called ${JSON.stringify(name)}`, async () => {
      expect(await faults({ [name]: corp })).to.have.length(1);
    });
  }
});

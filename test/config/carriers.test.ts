import { expect } from 'chai';
import { reachOf } from '../../src/channels.ts';
import { configWorld } from './world.ts';
import type { ConfigWorld } from './world.ts';

const HTTP = 'http: { account: AC0123456789, token: "env:CARRIER" }';
const SMPP = 'smpp: { host: smsc.example, systemId: us, password: "env:CARRIER" }';
const ENV = { CARRIER: 'secret' };

describe('The configuration of carriers', () => {
  let world: ConfigWorld;
  beforeEach(async () => {
    world = await configWorld();
  });
  afterEach(() => world.remove());

  it('wants the countries named, since neither all nor none is safe to assume', async () => {
    for (const channel of ['sms', 'voice']) {
      const faults = await world.faults(`${channel}: { from: "+4930123456", ${HTTP} }`, ENV);
      expect(faults.map(({ path }) => path)).to.deep.equal([`${channel}.countries`]);
      for (const wrong of ['[]', '[germany]', 'none', '[de]']) {
        const again = await world.faults(`${channel}: { from: "+4930123456", countries: ${wrong}, ${HTTP} }`, ENV);
        expect(again[0]?.path, wrong).to.match(/\.countries/);
      }
    }
  });

  it('wants one carrier for texts, by either protocol', async () => {
    const common = 'sms: { from: Example, countries: [DE]';
    const message = 'must have either smpp or http';
    for (const carriers of ['', `, ${HTTP}, ${SMPP}`]) {
      const [fault] = await world.faults(`${common}${carriers} }`, ENV);
      expect(fault).to.include({ path: 'sms', message });
    }
    const { sms } = await world.load(`${common}, ${SMPP} }`, ENV);
    expect(sms?.smpp).to.include({ port: 3550, tls: 'implicit', systemType: '' });
    expect(sms?.smpp?.password.reveal()).to.equal('secret');
    expect(sms?.perDay).to.equal(2000);
  });

  it('takes for a sender a number, a short code, a short name or a messaging service', async () => {
    const load = (from: string) => world.load(`sms: { from: "${from}", countries: all, ${HTTP} }`, ENV);
    for (const from of ['+4930123456', '12345', 'Example Inc', `MG${'0'.repeat(32)}`]) {
      expect((await load(from)).sms?.from).to.equal(from);
    }
    for (const from of ['0170 123', '+49', 'Example Inc.', 'A name too long', 'Großes', '<x>']) {
      const faults = await world.faults(`sms: { from: "${from}", countries: all, ${HTTP} }`, ENV);
      expect(faults[0]?.path, from).to.equal('sms.from');
    }
  });

  it('lets no code through an open wire in production', async () => {
    const url = 'http://carrier.example';
    const yaml = `profile: production\nsms: { from: Example, countries: [DE], http: { url: "${url}", account: AC0, token: "env:CARRIER" } }`;
    const faults = await world.faults(yaml, ENV);
    expect(faults).to.deep.include({
      path: 'sms.http.url',
      message: 'must begin with https:// in production, loopback aside: codes would be in the clear',
    });
  });

  it('says which ways to people there are: those that are named, and in development all', async () => {
    const carriers = `sms: { from: Example, countries: [DE], ${HTTP} }`;
    expect(reachOf(await world.load(carriers, ENV)).channels).to.deep.equal(['mail', 'sms', 'voice']);
    const production = [
      ...['profile: production', 'issuer: https://login.example.com', 'masterKey: "env:KEY"'],
      ...['mail: { smtp: { host: mail.example.com } }', carriers],
    ].join('\n');
    const reach = reachOf(await world.load(production, { ...ENV, KEY: Buffer.alloc(32, 1).toString('base64') }));
    expect(reach.channels).to.deep.equal(['mail', 'sms']);
    expect(reach.countries.sms).to.deep.equal(['DE']);
  });
});

import { expect } from 'chai';
import { directoryWorld, directorySection } from '../ldap/directory-world.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { readExposition } from '../support/exposition.ts';
import { freePort } from '../support/free-port.ts';
import { Wire } from '../support/wire.ts';

const TOKEN = '3f1c9a7be2d84056a1b7c8d9e0f12345';
const OPERATIONS = 'latchkey_directory_operation_duration_seconds_count';
const CIRCUIT = 'latchkey_directory_server_circuit_open';

describeOnSlapd('Figures of directories', (slapd) => {
  it('tell of each operation at each server how it ended, which servers are left alone, and of nobody', async () => {
    await slapd().admin.clear();
    const dead = `ldaps://localhost:${String(await freePort())}`;
    const others = { dead: directorySection(slapd(), { servers: [dead] }) };
    const config = { metrics: { token: `plain:${TOKEN}` } };
    await using world = await directoryWorld(slapd(), { others, config });
    const { person } = await world.joins({ name: 'ivy' });
    await person.startsSignIn();
    await person.givesPassword('not the right one');
    await person.signsIn();
    const lost = await world.linked({ name: 'lou' }, slapd().serviceDn, 'dead');
    for (let tries = 0; tries < 3; tries += 1) {
      await lost.startsSignIn();
      await lost.givesPassword();
    }

    using wire = new Wire();
    const { body } = await wire.send(`${world.issuer}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const samples = readExposition(body);
    const outcomes = samples
      .filter(({ name, labels }) => name === OPERATIONS && labels['server'] === slapd().ldapsUrl)
      .map(({ labels }) => `${labels['dialect'] ?? ''} ${labels['operation'] ?? ''} ${labels['outcome'] ?? ''}`);
    expect(outcomes).to.include.members(['openldap connect success', 'openldap bind success', 'openldap bind 49']);
    expect(outcomes).to.include('openldap search success');
    const howOften = (operation: string): number =>
      samples
        .filter(({ name, labels }) => name === OPERATIONS && labels['server'] === slapd().ldapsUrl)
        .filter(({ labels }) => labels['operation'] === operation)
        .reduce((sum, { value }) => sum + value, 0);
    // What is made ahead for a password is what it is tried on.
    expect(howOften('connect')).to.equal(howOften('bind'));
    const atDead = samples.filter(({ name, labels }) => name === OPERATIONS && labels['directory'] === 'dead');
    expect(atDead.map(({ labels }) => labels['outcome'])).to.deep.equal(['unreachable']);
    const circuits = samples.filter(({ name }) => name === CIRCUIT);
    expect(circuits.map(({ labels, value }) => [labels['directory'], value])).to.deep.equal([
      ['corp', 0],
      ['dead', 1],
    ]);
    expect(body).to.not.match(/ivy|lou\b|uid=|dc=/);
  });
});

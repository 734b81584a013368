import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const URN = 'urn:example:params:scim:Staff';

const staff = {
  id: URN,
  name: 'staff',
  attributes: [
    { name: 'costUnit' },
    { name: 'floor', type: 'integer' },
    { name: 'vehicles', type: 'complex', multiValued: true, subAttributes: [{ name: 'plate' }, { name: 'kind' }] },
  ],
};

onEveryEngine('a schema of the operator’s own', (engine) => {
  const world = useWorld({ store: engine, config: { plugins: { scim: { extensions: [staff] } } } });

  it('is told of, taken, found by, patched and shown over HTTP', async () => {
    using client = await provisioner(world());
    const schema = await client.get(`/Schemas/${URN}`);
    expect(schema.body).to.include({ id: URN, name: 'staff' });

    const vehicles = [
      { plate: 'UL-A 1', kind: 'car' },
      { plate: 'UL-B 2', kind: 'bike' },
    ];
    const made = await client.user('anna', { [URN]: { costUnit: 'A7', floor: 3, vehicles } });
    expect(made.status, made.text).to.equal(201);
    expect(made.body[URN]).to.deep.equal({ costUnit: 'A7', floor: 3, vehicles });
    await client.user('berta', { [URN]: { costUnit: 'A8', floor: 4, vehicles: vehicles.slice(1) } });

    const found = async (filter: string): Promise<readonly unknown[]> => {
      const { body, text, status } = await client.get(`/Users?filter=${encodeURIComponent(filter)}&sortBy=userName`);
      expect(status, text).to.equal(200);
      return body.Resources.map((one) => one['userName']);
    };
    expect(await found(`${URN}:costUnit eq "a7"`)).to.deep.equal(['anna']);
    expect(await found(`${URN}:floor gt 3`)).to.deep.equal(['berta']);
    expect(await found(`${URN}:vehicles[plate sw "ul-a" and kind eq "CAR"]`)).to.deep.equal(['anna']);
    expect(await found(`${URN}:vehicles[plate sw "ul-b" and kind eq "car"]`)).to.deep.equal([]);

    const path = `/Users/${made.body.id}`;
    const patch = [{ op: 'replace', path: `${URN}:vehicles[kind eq "car"].plate`, value: 'UL-C 3' }];
    expect((await client.patch(path, patch)).status).to.be.oneOf([200, 204]);
    expect((await client.get(`${path}?attributes=${URN}:vehicles.plate`)).body[URN]).to.deep.equal({
      vehicles: [{ plate: 'UL-C 3' }, { plate: 'UL-B 2' }],
    });
  });
});

import { expect } from 'chai';
import { people } from '../../src/directory/person.ts';
import type { Person } from '../../src/directory/person.ts';
import type { Stored } from '../../src/store/port.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

describe('claims', () => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms();
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const full = () =>
    r.person({
      userName: 'anna',
      name: { givenName: 'Anna', familyName: 'Ahl' },
      emails: [{ value: 'other@x.example' }, { value: 'anna@x.example', primary: true }],
      phoneNumbers: [{ value: '+49301234567', type: 'mobile' }],
      locale: 'de_DE',
      timezone: 'Europe/Berlin',
    });

  it('are the standard ones, from what the directory knows', async () => {
    const anna = await full();
    expect(await r.directory.claimsOf(anna.id)).to.deep.equal({
      sub: anna.id,
      name: 'Anna Ahl',
      given_name: 'Anna',
      family_name: 'Ahl',
      preferred_username: 'anna',
      zoneinfo: 'Europe/Berlin',
      locale: 'de-DE',
      updated_at: Math.floor(r.clock.now() / 1000),
      email: 'anna@x.example',
      email_verified: false,
      phone_number: '+49301234567',
      phone_number_verified: false,
      groups: [],
    });
  });

  it('leave out what is not known, and nobody has none', async () => {
    const berta = await r.person({ userName: 'berta' });
    expect(Object.keys((await r.directory.claimsOf(berta.id)) ?? {})).to.have.members([
      'sub',
      'name',
      'preferred_username',
      'updated_at',
      'groups',
    ]);
    expect(await r.directory.claimsOf('nobody')).to.equal(undefined);
  });

  /** As a room that has seen the proof would write it. */
  const verified = async (anna: Stored<Person>): Promise<Stored<Person>> =>
    r.store.swap(people, {
      ...anna,
      emails: (anna.emails ?? []).map((email) => ({ ...email, verifiedAt: r.clock.now() })),
    });

  it('call an address verified once its owner has proved it, until it changes', async () => {
    const anna = await verified(await full());
    expect(await r.directory.claimsOf(anna.id)).to.include({ email_verified: true, phone_number_verified: false });

    const same = { emails: [{ value: 'anna@x.example', type: 'work', primary: true }] };
    await r.commit(r.directory.people.updating(anna, same, {}));
    expect(await r.directory.claimsOf(anna.id)).to.include({ email_verified: true });

    const now = await r.directory.people.byId(anna.id);
    if (!now) throw new Error('anna is not there');
    await r.commit(r.directory.people.updating(now, { emails: [{ value: 'new@x.example' }] }, {}));
    expect(await r.directory.claimsOf(anna.id)).to.include({ email: 'new@x.example', email_verified: false });
  });

  it('cannot be marked verified by who writes attributes', async () => {
    const forged = { value: 'anna@x.example', verifiedAt: 1, folded: 'somebody@else.example' };
    const anna = await r.person({ userName: 'anna', emails: [forged], phoneNumbers: [{ ...forged, value: '+1' }] });
    expect(await r.directory.claimsOf(anna.id)).to.include({ email_verified: false, phone_number_verified: false });
    expect(await r.directory.accounts.byName('somebody@else.example')).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { createListing } from '../../src/audit/listing.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { eq } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import { ENTERPRISE, GROUP, provisioner, USER } from '../support/scim.ts';
import type { Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

onEveryEngine('the log of provisioning', (engine) => {
  const world = useWorld({ store: engine, config: { plugins: { scim: { passwords: true } } } });
  let entra: Provisioner;
  before(async () => {
    entra = await provisioner(world());
  });
  after(() => {
    entra[Symbol.dispose]();
  });

  /** As `latchkey audit search` finds them, the oldest first. */
  const told = async (subject: string, type = 'scim.written'): Promise<readonly AuditRecord[]> => {
    const { store, secrets } = world().app.foundation;
    const { events } = await createListing(store, secrets).page({ subject, type, actor: 'scim:entra' });
    return events.toReversed();
  };
  const changesIn = ({ reason = '{}' }: AuditRecord): unknown => JSON.parse(reason);

  it('says of each operation who did it, how, and what each attribute was before and after', async () => {
    const { id } = (await entra.user('ann', { title: 'Engineer', [ENTERPRISE]: { department: 'R&D' } })).body;
    await entra.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Director' }]);
    await entra.put(`/Users/${id}`, { schemas: [USER], userName: 'ann', externalId: 'x', active: false });
    await entra.delete(`/Users/${id}`);
    const events = await told(id);
    expect(events.map(({ method, result }) => [method, result])).to.deep.equal([
      ['create', 'success'],
      ['modify', 'success'],
      ['replace', 'success'],
      ['remove', 'success'],
    ]);
    expect(events.map(changesIn)).to.deep.equal([
      {
        userName: { after: 'ann' },
        title: { after: 'Engineer' },
        [`${ENTERPRISE}:department`]: { after: 'R&D' },
      },
      { title: { before: 'Engineer', after: 'Director' } },
      {
        externalId: { after: 'x' },
        title: { before: 'Director' },
        active: { before: true, after: false },
        [`${ENTERPRISE}:department`]: { before: 'R&D' },
      },
      { externalId: { before: 'x' }, userName: { before: 'ann' }, active: { before: false } },
    ]);
    expect(events.every(({ address, correlation }) => address !== undefined && correlation !== undefined)).to.equal(
      true,
    );
  });

  it('says nothing where nothing changed, and leaves out what nobody may read', async () => {
    const password = 'a long enough pass phrase for anybody';
    const { id } = (await entra.user('bob', { password })).body;
    await entra.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'bob' }]);
    const events = await told(id);
    expect(events.map(changesIn)).to.deep.equal([{ userName: { after: 'bob' }, password: { after: '(left out)' } }]);
    expect(JSON.stringify(world().lines)).to.not.contain(password);
  });

  it('rests sealed, since it tells of people', async () => {
    const { id } = (await entra.user('cyd', { title: 'Somebody-Unmistakable' })).body;
    const { store } = world().app.foundation;
    const { docs } = await store.find(auditEvents, eq('subject', id));
    expect(docs.filter(({ type }) => type === 'scim.written')).to.have.length(1);
    expect(JSON.stringify(docs)).to.not.contain('Unmistakable');
  });

  it('tells of large records what there is room for, and how much it left out', async () => {
    const emails = Array.from({ length: 60 }, (_, at) => ({ value: `mail-${String(at)}@example.test` }));
    const names = ['displayName', 'nickName', 'title', 'userType', 'locale', 'timezone', 'preferredLanguage'];
    const long = Object.fromEntries(names.map((name) => [name, name.padEnd(1000, '.')]));
    const { id } = (await entra.user('dan', { ...long, emails })).body;
    const [event] = await told(id);
    const changes = event && (changesIn(event) as Readonly<Record<string, unknown>>);
    expect(changes?.['userName']).to.deep.equal({ after: 'dan' });
    expect(changes?.['displayName'])
      .to.be.a('string')
      .and.match(/^\{"after":"displayName\.+…$/);
    expect(changes?.['…']).to.be.greaterThan(0);
  });

  it('says of groups what they are called, and of members that they came and went', async () => {
    const member = (await entra.user('eve')).body.id;
    const { id } = (await entra.post('/Groups', { schemas: [GROUP], displayName: 'Team' })).body;
    await entra.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: member }] }]);
    await entra.patch(`/Groups/${id}`, [{ op: 'replace', value: { displayName: 'Crew' } }]);
    expect((await told(id)).map(changesIn)).to.deep.equal([
      { displayName: { after: 'Team' } },
      { displayName: { before: 'Team', after: 'Crew' } },
    ]);
    expect((await told(member, 'group.member_added')).map(({ reason }) => reason)).to.deep.equal([id]);
  });

  it('says what was refused and why, within bulk requests as well, but not of strangers or of questions', async () => {
    using okta = await provisioner(world(), { name: 'okta' });
    const { id } = (await okta.user('fay')).body;
    const patch = { op: 'replace', path: 'title', value: 'Taken' };
    await entra.patch(`/Users/${id}`, [patch]);
    await entra.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'DELETE', path: `/Users/${id}` }],
    });
    await entra.get(`/Users/${id}?filter=x&attributes=a&excludedAttributes=b`);
    const events = await told(id, 'scim.refused');
    expect(events.map(({ method, result }) => `${String(method)} ${result}`)).to.deep.equal([
      'modify refused',
      'remove refused',
    ]);
    for (const { reason } of events) expect(reason).to.equal('403 the resource belongs to another source: scim:okta');
    const own = (await entra.user('gil')).body.id;
    await entra.patch(`/Users/${own}`, [{ ...patch, path: 'emails[' }]);
    const [wrong] = await told(own, 'scim.refused');
    expect(wrong?.reason).to.match(/^400 invalid(Path|Filter) /);
    expect((await told(id)).map(({ method }) => method)).to.deep.equal([]);
  });
});

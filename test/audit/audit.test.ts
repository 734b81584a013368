import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { AuditEvent } from '../../src/audit/event.ts';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createListing } from '../../src/audit/listing.ts';
import type { AuditFilter } from '../../src/audit/listing.ts';
import { typedNameHash } from '../../src/audit/log.ts';
import { rejection } from '../support/store.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

describe('the audit log', () => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms();
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const append = async (event: Partial<AuditEvent>): Promise<void> => {
    await r.commit([r.audit.event({ type: 'signin.failure', result: 'failure', ...event })]);
  };

  it('takes only events of its catalogue', () => {
    expect(() => r.audit.event({ type: 'signin.perhaps', result: 'success' }))
      .to.throw()
      .with.property('code', 'internal');
    expect(() => r.audit.event({ type: 'constructor', result: 'success' })).to.throw();
  });

  it('has a sentence for every type', () => {
    for (const [type, { about }] of Object.entries(hostEvents)) {
      expect(type).to.match(/^[a-z]+\.[a-z_]+$/);
      expect(about).to.match(/^[A-Z].+\.$/);
    }
  });

  it('has no line of what was not committed', async () => {
    const anna = await r.person({ userName: 'anna' });
    const changes = r.directory.people.updating(anna, { active: false }, { actor: 'cli' });
    await r.commit(r.directory.people.updating(anna, { title: 'Dr' }, { actor: 'cli' }));
    await rejection(r.commit(changes));
    expect((await r.events()).map(({ type }) => type)).to.deep.equal(['person.created', 'person.updated']);
  });

  it('keeps a typed name that matched nobody as a keyed hash only', async () => {
    const password = 'hunter2 typed in the wrong field';
    await append({ typedName: password });
    const [event] = await r.events();
    expect(event?.typedNameHash).to.equal(typedNameHash(r.secrets, password.toUpperCase()));
    await r.store.durable();
    for (const file of await readdir(r.folder)) {
      expect((await readFile(join(r.folder, file))).includes('hunter2'), file).to.equal(false);
    }
  });

  it('cuts what strangers send to a bounded length, whatever is in it', async () => {
    await append({ agent: '\0🔑\uD800\r\n'.repeat(10_000), address: 'x'.repeat(1_000_000), reason: '🔑'.repeat(300) });
    const [event] = await r.events();
    expect([...(event?.agent ?? '')]).to.have.length(256);
    expect(event?.address).to.have.length(64);
    expect(event?.reason).to.equal('🔑'.repeat(256));
  });

  it('lists newest first, page by page', async () => {
    for (let n = 0; n < 5; n += 1) {
      await append({ reason: String(n) });
      r.clock.advance(1);
    }
    const first = await createListing(r.store, r.secrets).page({}, { limit: 3 });
    expect(first.events.map(({ reason }) => reason)).to.deep.equal(['4', '3', '2']);
    const second = await createListing(r.store, r.secrets).page(
      {},
      { limit: 3, ...(first.next && { cursor: first.next }) },
    );
    expect(second.events.map(({ reason }) => reason)).to.deep.equal(['1', '0']);
    expect(second).not.to.have.property('next');
  });

  it('finds the events of a person, of a type and of a time', async () => {
    const since = r.clock.now();
    await append({ subject: 'anna', reason: 'a' });
    r.clock.advance(10);
    await append({ subject: 'berta', reason: 'b' });
    await append({ type: 'signin.success', result: 'success', subject: 'anna', reason: 'c' });
    const reasons = async (filter: AuditFilter): Promise<(string | undefined)[]> =>
      (await createListing(r.store, r.secrets).page(filter)).events.map(({ reason }) => reason);
    expect(await reasons({ subject: 'anna' })).to.deep.equal(['c', 'a']);
    expect(await reasons({ type: 'signin.failure' })).to.have.members(['a', 'b']);
    expect(await reasons({ since, until: since + 10 })).to.deep.equal(['a']);
    expect(await reasons({ subject: 'anna', type: 'signin.success', since })).to.deep.equal(['c']);
  });
});

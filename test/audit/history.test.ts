import { expect } from 'chai';
import { createHistory } from '../../src/audit/history.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const SHOWN = new Set(['signin.success', 'session.ended']);
const MANY = 450;

describe('what the audit log says of somebody', () => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms();
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const append = async (events: readonly Partial<AuditEvent>[]): Promise<void> => {
    for (const event of events) {
      r.clock.advance(1000);
      await r.commit([r.audit.event({ type: 'signin.success', result: 'success', subject: 'anna', ...event })]);
    }
  };

  it('is told the newest first, of the types that were asked for, and of nobody else', async () => {
    await append([
      { address: '192.0.2.1' },
      { type: 'signin.failure', result: 'failure' },
      { subject: 'bert' },
      { type: 'session.ended', agent: 'a browser' },
    ]);
    const told = await createHistory(r.store, r.secrets).of('anna', SHOWN, 10);
    expect(told.map(({ type }) => type)).to.deep.equal(['session.ended', 'signin.success']);
    expect(told[0]).to.include({ agent: 'a browser', at: r.clock.now() });
    expect(await createHistory(r.store, r.secrets).of('anna', SHOWN, 1)).to.have.length(1);
    expect(await createHistory(r.store, r.secrets).of('nobody', SHOWN, 10)).to.deep.equal([]);
  });

  it('is found behind what strangers wrote by guessing', async () => {
    await append([{ address: '192.0.2.1' }]);
    const failure = { type: 'signin.failure', result: 'failure', subject: 'anna' } as const;
    await r.commit(Array.from({ length: MANY }, () => r.audit.event(failure)));
    const told = await createHistory(r.store, r.secrets).of('anna', SHOWN, 10);
    expect(told.map(({ address }) => address)).to.deep.equal(['192.0.2.1']);
  });
});

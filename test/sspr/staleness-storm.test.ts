import { expect } from 'chai';
import { DAY, HOUR } from '../../src/kernel/clock.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { Conflict } from '../../src/store/port.ts';
import { eq } from '../../src/store/query.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import { createStorms } from '../../plugins/sspr/staleness/storm.ts';
import type { Source, Storms } from '../../plugins/sspr/staleness/storm.ts';
import { onEveryEngine } from '../support/engines.ts';
import { openTelephones } from '../support/telephones.ts';
import { useWorld, world } from '../support/world.ts';

onEveryEngine('A source that would make too many people stale', (store) => {
  const here = useWorld({ store });

  const mark = async (storms: Storms, source: Source): Promise<string> => {
    const { kind, changes } = await storms.ask(source);
    await here().app.foundation.store.commit(changes);
    return kind;
  };

  const marks = async (storms: Storms, source: Source, count: number): Promise<readonly string[]> => {
    const kinds: string[] = [];
    for (let left = count; left > 0; left -= 1) kinds.push(await mark(storms, source));
    return kinds.filter((kind) => kind === 'going');
  };

  const storms = async (source: Source) =>
    (await here().app.foundation.store.find(auditEvents, eq('type', 'contacts.storm'))).docs.filter(
      ({ method }) => method === source,
    );

  it('is stopped and reported once, at 20 people where there are few, and believed again after a day', async () => {
    const { app, lines, clock } = here();
    const weather = createStorms(app.foundation);
    expect(await marks(weather, 'sms', 25)).to.have.length(20);
    expect(await storms('sms')).to.have.length(1);
    expect(lines.filter(({ level, facts }) => level === 'error' && facts['source'] === 'sms')).to.have.length(1);
    expect(await marks(weather, 'voice', 5), 'another source').to.have.length(5);
    clock.advance(DAY - HOUR);
    expect(await marks(weather, 'sms', 1), 'not yet').to.have.length(0);
    clock.advance(HOUR);
    expect(await marks(weather, 'sms', 1)).to.have.length(1);
  });

  it('is stopped at the same number where many come at once', async () => {
    const { store: documents } = here().app.foundation;
    const weather = createStorms(here().app.foundation);
    const asked = await Promise.all(Array.from({ length: 50 }, () => weather.ask('mail')));
    const committed = await Promise.allSettled(asked.map(({ changes }) => documents.commit(changes)));
    expect(committed.filter(({ status }) => status === 'fulfilled')).to.have.length(20);
    const reasons = committed.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(reasons.every((reason) => reason instanceof Conflict && reason.reason === 'capped')).to.equal(true);
  });

  it('is stopped at one percent of all people where there are many', async () => {
    const { store: documents } = here().app.foundation;
    await documents.insertMany(
      registrations,
      Array.from({ length: 2500 }, (_, at) => nothingRegistered(`many ${String(at)}`)),
    );
    const weather = createStorms(here().app.foundation);
    expect(await marks(weather, 'directory', 40)).to.have.length(25);
  }).timeout(120_000);
});

describe('A carrier that refuses everything', () => {
  it('makes no more than 20 people of a small organisation stale, and the rest are left as they are', async function () {
    this.timeout(120_000);
    await using telephones = await openTelephones();
    await using w = await world({
      config: telephones.config,
      sspr: { policies: [{ name: 'everybody', methods: ['sms'], secondFactor: 'off' }] },
    });
    const { store, notify, clock } = w.app.foundation;
    const people = Array.from({ length: 23 }, (_, at) => ({
      id: `p${String(at)}`,
      number: `+4917012345${String(10 + at)}`,
    }));
    for (const { id, number } of people) {
      const method = { id: 'm', method: 'sms', addedAt: clock.now(), data: { number } };
      await store.insert(registrations, { ...nothingRegistered(id), methods: [method] });
      const about = { channel: 'sms', to: number, template: 'sspr/password-changed', locale: 'en', data: {} } as const;
      await store.commit([notify.message({ ...about, accountId: id })]);
    }
    await w.settle();
    for (const { number } of people)
      await telephones.tell(number, { MessageStatus: 'undelivered', ErrorCode: '30005' });
    const now = await Promise.all(people.map(({ id }) => store.get(registrations, id)));
    expect(now.filter((one) => one?.methods[0]?.stale?.reason === 'refused')).to.have.length(20);
    expect((await store.find(auditEvents, eq('type', 'contacts.storm'))).docs).to.have.length(1);
    expect((await store.find(auditEvents, eq('type', 'method.stale'))).docs).to.have.length(20);
  });
});

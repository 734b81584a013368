import { expect } from 'chai';
import { change } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { accounts } from '../support/store-samples.ts';
import { outcome } from '../support/store.ts';
import type { Contract } from './store.ts';

const duplicate = (index: string, position = 0): unknown => ({
  position,
  reason: 'duplicate',
  collection: 'accounts',
  index,
});
const stale = { position: 0, reason: 'stale', collection: 'accounts' };

const describeWriting = (contract: () => Contract): void => {
  it('gives back what was inserted, at version 1', async () => {
    const { store, other } = contract();
    const doc = {
      id: 'alice',
      userName: 'alice',
      emails: [{ value: 'a@example.org' }],
      tries: 0.5,
      state: 'é\u{1F600}\n',
    };
    expect(await store.insert(accounts, doc)).to.deep.equal({ ...doc, version: 1 });
    expect(await other.get(accounts, 'alice')).to.deep.equal({ ...doc, version: 1 });
    expect(await store.get(accounts, 'bob')).to.equal(undefined);
  });

  it('refuses a second document with the same id or the same unique value, and names the index', async () => {
    const { store } = contract();
    await store.insert(accounts, {
      id: 'alice',
      userName: 'alice',
      emails: [{ value: 'a' }, { value: 'b' }, { value: 'b' }],
    });
    expect(await outcome(store.insert(accounts, { id: 'alice' }))).to.deep.equal(duplicate('id'));
    expect(await outcome(store.insert(accounts, { id: 'bob', userName: 'alice' }))).to.deep.equal(
      duplicate('userName'),
    );
    expect(
      await outcome(store.insert(accounts, { id: 'bob', emails: [{ value: 'c' }, { value: 'b' }] })),
    ).to.deep.equal(duplicate('email'));
    expect(await store.count(accounts, everything)).to.equal(1);
  });

  it('lets any number of documents lack a unique value', async () => {
    const { store } = contract();
    await store.insertMany(accounts, [{ id: 'a' }, { id: 'b' }, { id: 'c', emails: [] }, { id: 'd', emails: [] }]);
    expect(await store.count(accounts, everything)).to.equal(4);
  });

  it('inserts many documents, or none when one of them fails', async () => {
    const { store } = contract();
    const many = Array.from({ length: 1200 }, (_, number) => ({
      id: `n${String(number)}`,
      userName: `u${String(number)}`,
    }));
    expect(await outcome(store.insertMany(accounts, [...many, { id: 'last', userName: 'u7' }]))).to.deep.equal(
      duplicate('userName', 1200),
    );
    expect(await store.count(accounts, everything)).to.equal(0);
    await store.insertMany(accounts, many);
    expect(await store.count(accounts, everything)).to.equal(1200);
  });

  it('swaps a document at the version that was read, once', async () => {
    const { store } = contract();
    const first = await store.insert(accounts, { id: 'alice', userName: 'alice', tries: 1 });
    const second = await store.swap(accounts, { ...first, tries: 2 });
    expect(second).to.deep.equal({ id: 'alice', userName: 'alice', tries: 2, version: 2 });
    expect(await outcome(store.swap(accounts, { ...first, tries: 3 }))).to.deep.equal(stale);
    expect(await outcome(store.swap(accounts, { id: 'bob', version: 1 }))).to.deep.equal(stale);
    expect(await store.get(accounts, 'alice')).to.deep.equal(second);
  });

  it('guards unique values in a swap, and frees the ones given up', async () => {
    const { store } = contract();
    await store.insert(accounts, { id: 'alice', userName: 'alice', emails: [{ value: 'a' }] });
    const bob = await store.insert(accounts, { id: 'bob', userName: 'bob', emails: [{ value: 'b' }] });
    expect(await outcome(store.swap(accounts, { ...bob, userName: 'alice' }))).to.deep.equal(duplicate('userName'));
    expect(await outcome(store.swap(accounts, { ...bob, emails: [{ value: 'a' }] }))).to.deep.equal(duplicate('email'));
    await store.swap(accounts, { id: 'bob', emails: [{ value: 'c' }], version: 1 });
    await store.insert(accounts, { id: 'carol', userName: 'bob', emails: [{ value: 'b' }] });
  });

  it('takes a document once', async () => {
    const { store } = contract();
    const alice = await store.insert(accounts, { id: 'alice', userName: 'alice', emails: [{ value: 'a' }] });
    expect(await store.take(accounts, 'alice')).to.deep.equal(alice);
    expect(await store.take(accounts, 'alice')).to.equal(undefined);
    await store.insert(accounts, { id: 'bob', userName: 'alice', emails: [{ value: 'a' }] });
  });

  it('removes a document, and says whether there was one', async () => {
    const { store } = contract();
    await store.insert(accounts, { id: 'alice', userName: 'alice' });
    expect(await store.remove(accounts, 'alice')).to.equal(true);
    expect(await store.remove(accounts, 'alice')).to.equal(false);
    expect(await store.get(accounts, 'alice')).to.equal(undefined);
  });

  it('increments up to the cap and not past it', async () => {
    const { store } = contract();
    const by = { field: 'tries', by: 2, cap: 5 };
    expect(await store.increment(accounts, 'alice', by)).to.equal(undefined);
    await store.insert(accounts, { id: 'alice', tries: 1 });
    expect(await store.increment(accounts, 'alice', by)).to.deep.equal({ id: 'alice', tries: 3, version: 2 });
    expect(await store.increment(accounts, 'alice', by)).to.deep.equal({ id: 'alice', tries: 5, version: 3 });
    expect(await store.increment(accounts, 'alice', by)).to.equal(undefined);
    expect(await store.increment(accounts, 'alice', { field: 'tries', cap: 5 })).to.equal(undefined);
    expect(await store.increment(accounts, 'alice', { field: 'tries', by: -5, cap: 5 })).to.include({ tries: 0 });
  });

  it('begins to count with the initial document, at version 1', async () => {
    const { store } = contract();
    const by = { field: 'tries', cap: 2, initial: { id: 'alice', tries: 0, state: 'new' } };
    expect(await store.increment(accounts, 'alice', { ...by, cap: 0 })).to.equal(undefined);
    expect(await store.get(accounts, 'alice')).to.equal(undefined);
    expect(await store.increment(accounts, 'alice', by)).to.deep.equal({
      id: 'alice',
      tries: 1,
      state: 'new',
      version: 1,
    });
    expect(await store.increment(accounts, 'alice', by)).to.include({ tries: 2, version: 2 });
    expect(await store.increment(accounts, 'alice', by)).to.equal(undefined);
  });

  it('does not count on a document without the number', async () => {
    const { store } = contract();
    await store.insert(accounts, { id: 'alice' });
    const by = { field: 'tries', cap: 2, initial: { id: 'alice', tries: 0 } };
    expect(await store.increment(accounts, 'alice', by)).to.equal(undefined);
    expect(await store.get(accounts, 'alice')).to.deep.equal({ id: 'alice', version: 1 });
  });
};

const describeRefusals = (contract: () => Contract): void => {
  it('refuses what an engine could not give back unchanged', async () => {
    const { store } = contract();
    const bad = [
      { id: 'a', state: 'nul \0' },
      { id: 'a', state: 'lone \ud800' },
      { id: 'lone \udc00' },
      { id: 'a', tries: Number.NaN },
      { id: 'a', tries: Number.POSITIVE_INFINITY },
      { id: 'a', emails: [{ value: '\0' }] },
      { id: 'a', tries: 'three' as unknown as number },
      { id: 'a', state: null as unknown as string },
    ];
    for (const doc of bad)
      expect(await outcome(store.insert(accounts, doc)), JSON.stringify(doc)).to.equal('bad_request');
    const alice = await store.insert(accounts, { id: 'alice' });
    expect(await outcome(store.swap(accounts, { ...alice, state: '\0' }))).to.equal('bad_request');
    expect(await store.count(accounts, everything)).to.equal(1);
  });

  it('stores nothing that is not in the shape', async () => {
    const { store } = contract();
    const extra = { id: 'alice', tries: 1, stranger: 'x', state: undefined } as unknown as {
      id: string;
      tries: number;
    };
    expect(await store.insert(accounts, extra)).to.deep.equal({ id: 'alice', tries: 1, version: 1 });
    expect(await store.get(accounts, 'alice')).to.deep.equal({ id: 'alice', tries: 1, version: 1 });
  });

  it('knows no document of an id that cannot be stored', async () => {
    const { store } = contract();
    await store.insert(accounts, { id: 'a\ufffd' });
    for (const id of ['a\ud800', 'a\ufffd\0']) {
      expect(await store.get(accounts, id)).to.equal(undefined);
      expect(await store.take(accounts, id)).to.equal(undefined);
      expect(await store.remove(accounts, id)).to.equal(false);
      expect(await outcome(store.commit([change.take(accounts, id)]))).to.include({ reason: 'missing' });
      await store.commit([change.remove(accounts, id)]);
    }
    expect(await store.count(accounts, everything)).to.equal(1);
  });
};

const describeExpiry = (contract: () => Contract): void => {
  it('gets those of many ids that are there, whole or with some fields alone', async () => {
    const { clock, store } = contract();
    const ids = Array.from({ length: 1234 }, (_, n) => `n"${String(n)}`);
    await store.insertMany(
      accounts,
      ids.map((id, n) => ({ id, tries: n, ...(n % 3 === 0 ? {} : { userName: `é${id}`, emails: [{ value: id }] }) })),
    );
    await store.insert(accounts, { id: 'late', expiresAt: clock.now() + 1000 });
    const swapped = await store.swap(accounts, { id: 'n"0', state: 'swapped', version: 1 });
    const asked = ['nobody', '\0', '\ud800', 'late', ...ids, 'n"0'];
    const sorted = <T extends { readonly id: string }>(docs: readonly T[]): readonly T[] =>
      docs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(await store.getMany(accounts, asked)).to.have.length(ids.length + 1);
    clock.advance(1000);
    const whole = sorted(await store.getMany(accounts, asked));
    const { docs } = await store.find(accounts, everything, { sort: [{ path: 'id' }], limit: 1000 });
    expect(whole).to.have.length(ids.length);
    expect(whole.slice(0, 1000)).to.deep.equal(docs);
    expect(whole).to.deep.include(swapped);
    const wanted = whole.map(({ id, userName, emails }) => ({
      id,
      ...(userName === undefined ? {} : { userName, emails }),
    }));
    expect(sorted(await store.getManyFields(accounts, ['userName', 'emails'], asked))).to.deep.equal(wanted);
    expect(await store.getManyFields(accounts, [], ['n"1', 'nobody'])).to.deep.equal([{ id: 'n"1' }]);
    expect(await store.getMany(accounts, [])).to.deep.equal([]);
  });

  it('holds an expired document for not there, from the very millisecond on', async () => {
    const { store, clock } = contract();
    const expiring = { id: 'alice', userName: 'alice', tries: 0, expiresAt: clock.now() + 1000 };
    await store.insert(accounts, expiring);
    clock.advance(999);
    expect(await store.get(accounts, 'alice')).to.include({ version: 1 });
    clock.advance(1);
    expect(await store.get(accounts, 'alice')).to.equal(undefined);
    expect(await store.count(accounts, everything)).to.equal(0);
    expect((await store.find(accounts, everything)).docs).to.deep.equal([]);
    expect(await store.take(accounts, 'alice')).to.equal(undefined);
    expect(await store.remove(accounts, 'alice')).to.equal(false);
    expect(await store.increment(accounts, 'alice', { field: 'tries', cap: 9 })).to.equal(undefined);
    expect(await outcome(store.swap(accounts, { ...expiring, version: 1 }))).to.deep.equal(stale);
    expect(await store.claim(accounts, { query: everything, lease: 10 })).to.equal(undefined);
    expect(await store.removeAll(accounts, everything)).to.equal(0);
  });

  it('gives the id and the unique values of an expired document to the next one', async () => {
    const { store, clock } = contract();
    const expiresAt = clock.now() + 1000;
    await store.insertMany(accounts, [
      { id: 'alice', userName: 'alice', expiresAt },
      { id: 'bob', emails: [{ value: 'b' }], expiresAt },
      { id: 'carol', tries: 7, expiresAt },
    ]);
    clock.advance(1000);
    expect(await store.insert(accounts, { id: 'alice' })).to.deep.equal({ id: 'alice', version: 1 });
    await store.insert(accounts, { id: 'dora', userName: 'alice', emails: [{ value: 'b' }] });
    const by = { field: 'tries', cap: 9, initial: { id: 'carol', tries: 0 } };
    expect(await store.increment(accounts, 'carol', by)).to.deep.equal({ id: 'carol', tries: 1, version: 1 });
    expect(await store.count(accounts, everything)).to.equal(3);
  });

  it('gives the unique values of an expired document to one that is swapped', async () => {
    const { store, clock } = contract();
    await store.insert(accounts, { id: 'alice', userName: 'alice', expiresAt: clock.now() + 1 });
    const bob = await store.insert(accounts, { id: 'bob' });
    clock.advance(1);
    expect(await store.swap(accounts, { ...bob, userName: 'alice' })).to.include({ userName: 'alice' });
  });
};

export const describeVerbs = (contract: () => Contract): void => {
  describe('single verbs', () => {
    describeWriting(contract);
    describeRefusals(contract);
    describeExpiry(contract);
  });
};

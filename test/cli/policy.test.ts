import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import type { Registration } from '../../plugins/sspr/collections.ts';
import { QUESTIONS_ALONE } from '../../plugins/sspr/config.ts';
import { sspr } from '../../plugins/sspr/index.ts';
import type { Affected } from '../../plugins/sspr/commands/policy-preview.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import { group } from '../../src/cli/group.ts';
import { user } from '../../src/cli/user.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

type Registered = Registration['methods'][number];

const email = (address: string): Registered => ({ id: address, method: 'email', addedAt: 0, data: { address } });

const questions: Registered = {
  id: 'questions',
  method: 'questions',
  addedAt: 0,
  data: { answers: [{ question: 'first-pet', hash: 'a hash' }], round: 0 },
};

const sections = {
  sspr: {
    exclude: ['Guests'],
    policies: [
      {
        name: 'staff',
        groups: ['Staff'],
        gates: 2,
        unlockGates: 1,
        methods: ['email', 'questions'],
        questionsAlone: QUESTIONS_ALONE,
      },
      { name: 'everybody else', methods: ['email'] },
    ],
  },
};

describe('latchkey policy test', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([user, group], [], [sspr], sections);
    for (const name of ['anna', 'bert']) await t.run(['user', 'add', name]);
    for (const name of ['Staff', 'Guests']) await t.run(['group', 'add', name]);
    await t.run(['group', 'member', 'add', 'Staff', 'anna']);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  const registering = async (name: string, ...methods: readonly Registered[]): Promise<void> => {
    const id = (await t.server.directory.accounts.byName(name))?.id ?? '';
    await t.server.store.insert(registrations, { ...nothingRegistered(id), methods: [...methods] });
  };

  it('says which policy applies and why, and that somebody could reset now', async () => {
    await registering('anna', email('anna@elsewhere.test'), questions);
    expect(await t.json(['policy', 'test', 'anna'])).to.deep.include({
      policy: { name: 'staff', group: 'Staff' },
      gates: 2,
      reset: { possible: true, gates: 2, missing: 0 },
      unlock: { possible: true, gates: 1, missing: 0 },
      toRegister: { count: 0, by: [] },
    });
    const { code, out } = await t.run(['policy', 'test', 'ANNA']);
    expect(code).to.equal(0);
    expect(out)
      .to.match(/^policy +staff, for the group Staff$/m)
      .and.match(/^reset +yes \(gates: 2\)$/m);
    expect(out).to.match(/^email +1970-01-01 +yes$/m);
  });

  it('says what is missing, and what would help', async () => {
    await registering('anna', email('anna@elsewhere.test'));
    expect(await t.json(['policy', 'test', 'anna'])).to.deep.include({
      reset: { possible: false, gates: 2, missing: 1 },
      unlock: { possible: true, gates: 1, missing: 0 },
      toRegister: { count: 1, by: ['questions'] },
    });
    const { code, out } = await t.run(['policy', 'test', 'anna']);
    expect(code, 'somebody was found').to.equal(0);
    expect(out)
      .to.match(/^reset +no: 1 of 2 gates cannot be opened$/m)
      .and.match(/^to register +1 more, by questions$/m);
  });

  it('says of each method whether it counts, and why not', async () => {
    const stale = { at: 0, reason: 'changed' as const, dead: true };
    await registering(
      'bert',
      questions,
      { ...email('b@elsewhere.test'), data: { address: 'b@elsewhere.test', from: 'directory' }, stale },
      { ...questions, id: 'x', method: 'gone' },
    );
    const { methods } = (await t.json(['policy', 'test', 'bert'])) as { methods: readonly Record<string, unknown>[] };
    expect(methods.map(({ method, counts, because }) => [method, counts, because])).to.deep.equal([
      ['questions', false, 'not allowed'],
      ['email', false, 'dead'],
      ['gone', false, 'not allowed'],
    ]);
    expect((await t.run(['policy', 'test', 'bert'])).out).to.match(/^email +1970-01-01 +no: dead$/m);
  });

  it('says what still counts though its person is asked about it', async () => {
    const stale = { at: 0, reason: 'bounced' as const, dead: false };
    await registering('anna', { ...email('anna@elsewhere.test'), stale });
    expect((await t.run(['policy', 'test', 'anna'])).out).to.match(/^email +1970-01-01 +yes, but bounced: /m);
    expect(await t.json(['policy', 'test', 'anna'])).to.have.nested.property('methods[0].stale', 'bounced');
  });

  it('says why somebody has no policy', async () => {
    await t.run(['group', 'member', 'add', 'Guests', 'bert']);
    expect(await t.json(['policy', 'test', 'bert'])).to.deep.include({
      policy: null,
      because: 'excluded',
      group: 'Guests',
    });
    const { code, out } = await t.run(['policy', 'test', 'bert']);
    expect(code).to.equal(0);
    expect(out).to.include('has no policy: out of scope, by the group Guests');
    await t.run(['user', 'disable', 'anna']);
    expect((await t.run(['policy', 'test', 'anna'])).out).to.include('has no policy: the account is disabled');
  });

  it('holds administrators to two gates without questions', async () => {
    await t.run(['user', 'add', 'carol', '--role', 'owner']);
    await registering('carol', email('carol@elsewhere.test'), questions);
    const { out } = await t.run(['policy', 'test', 'carol']);
    expect(out)
      .to.match(/, an administrator$/m)
      .and.match(/^reset +no: 1 of 2 gates cannot be opened$/m);
    expect(out).to.match(/^questions +1970-01-01 +no: not allowed$/m);
  });

  it('says of somebody who is frozen what opens the account again', async () => {
    const { directory, store } = t.server;
    const id = (await directory.accounts.byName('bert'))?.id ?? '';
    await registering('bert', email('bert@elsewhere.test'), { ...email('b@elsewhere.test'), id: 'new', addedAt: 2000 });
    expect(await t.json(['policy', 'test', 'bert'])).to.have.nested.property('reset.possible', true);
    await store.commit((await directory.freezes.freezing(id, 1000, {})).changes);
    expect(await t.json(['policy', 'test', 'bert'])).to.deep.include({
      frozenSince: '1970-01-01T00:00:01.000Z',
      reset: { possible: false, gates: 2, missing: 1 },
    });
    const { out } = await t.run(['policy', 'test', 'bert']);
    expect(out).to.match(/^frozen +two methods older than 1970-01-01T00:00:01.000Z open it$/m);
    expect(out).to.match(/^email +1970-01-01 +no: dead$/m);
  });

  it('ends with a code that is not zero where there is nobody', async () => {
    expect(await t.run(['policy', 'test', 'nobody'])).to.deep.equal({
      code: 1,
      out: '',
      err: 'latchkey: there is no user "nobody"',
    });
    expect(await t.run(['policy', 'test'])).to.include({ code: 2 });
    expect((await t.run(['--help'])).out).to.match(/^ {2}policy +who must register what, and what a reset needs$/m);
  });
});

describe('latchkey policy preview', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([user, group], [], [sspr], { sspr: { policies: [{ name: 'everybody' }] } });
    for (const name of ['Staff', 'Lab']) await t.run(['group', 'add', name]);
    for (const name of ['anna', 'bert', 'cleo', 'dora']) await t.run(['user', 'add', name]);
    for (const name of ['anna', 'bert']) await t.run(['group', 'member', 'add', 'Staff', name]);
    await t.run(['group', 'member', 'add', 'Lab', 'bert']);
    await registering('anna', email('a@elsewhere.test'), questions);
    await registering('bert', email('b@elsewhere.test'));
    await registering('cleo', questions);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  const registering = async (name: string, ...methods: readonly Registered[]): Promise<void> => {
    const id = (await t.server.directory.accounts.byName(name))?.id ?? '';
    await t.server.store.insert(registrations, { ...nothingRegistered(id), methods: [...methods] });
  };

  const changed = {
    policies: [
      { name: 'staff', groups: ['Staff'], gates: 2, unlockGates: 1, methods: ['email', 'questions'] },
      { name: 'others', methods: ['questions'], questionsAlone: QUESTIONS_ALONE },
    ].map((one) => ({ ...one, questionsAlone: QUESTIONS_ALONE })),
  };

  it('counts whom a change would keep from a reset and whom it would let, by group', async () => {
    const file = await t.file('changed.yaml', JSON.stringify(changed));
    expect(await t.json(['policy', 'preview', file])).to.deep.equal({
      people: 4,
      canReset: { before: 2, after: 2 },
      reset: { lost: 1, gained: 1 },
      unlock: { lost: 0, gained: 1 },
      secondFactor: { lost: 0, gained: 0 },
      asked: { lost: 0, gained: 0 },
      byGroup: [
        { group: 'Lab', lost: 1, gained: 0 },
        { group: 'Staff', lost: 1, gained: 0 },
        { group: null, lost: 0, gained: 1 },
      ],
    });
    const { code, out } = await t.run(['policy', 'preview', file]);
    expect(code).to.equal(0);
    expect(out).to.include('of 4 people, 2 can reset their password now, and 2 could then');
    expect(out)
      .to.match(/^Staff +1 +0$/m)
      .and.match(/^\(none\) +0 +1$/m)
      .and.not.include('bert');
  });

  it('names them when asked to, with the policies that hold now and then', async () => {
    const file = await t.file(
      'whole.yaml',
      JSON.stringify({ issuer: 'https://x.example', plugins: { sspr: changed } }),
    );
    const { list } = (await t.json(['policy', 'preview', file, '--list'])) as { list: readonly Affected[] };
    const [bert, cleo] = [...list].sort((a, b) => (a.userName < b.userName ? -1 : 1));
    expect(list).to.have.length(2);
    expect(bert).to.deep.include({ userName: 'bert', change: 'lost', before: 'everybody', after: 'staff' });
    expect(bert?.groups).to.have.members(['Staff', 'Lab']);
    expect(cleo).to.deep.include({
      userName: 'cleo',
      change: 'gained',
      before: 'everybody',
      after: 'others',
      groups: [],
    });
    expect((await t.run(['policy', 'preview', file, '--list'])).out).to.match(/^bert +no longer +everybody +staff +/m);
  });

  it('counts what the directory has taken back, of which only policy test knows', async () => {
    const policies = [{ name: 'everybody', methods: ['sms'] }];
    await using own = await terminal([user], [], [sspr], { sspr: { policies } });
    await own.run(['user', 'add', 'emil']);
    const { directory, store } = own.server;
    const id = (await directory.accounts.byName('emil'))?.id ?? '';
    const mobile = { id: 'm', method: 'sms', addedAt: 0, data: { number: '+491701234567', from: 'directory' } };
    await store.insert(registrations, { ...nothingRegistered(id), methods: [mobile] });
    const file = await own.file('same.yaml', JSON.stringify({ policies }));
    expect(await own.json(['policy', 'preview', file])).to.deep.include({ canReset: { before: 1, after: 1 } });
    const { out } = await own.run(['policy', 'test', 'emil']);
    expect(out)
      .to.match(/^sms +1970-01-01 +no: dead$/m)
      .and.match(/^reset +no/m);
  });

  it('counts who has a second factor and would be asked for it no longer, also by leaving the scope', async () => {
    const policies = [{ name: 'everybody', methods: ['email', 'sms', 'recovery'] }];
    await using own = await terminal([user], [], [sspr], { sspr: { policies } });
    const { directory, store } = own.server;
    const has: Readonly<Record<string, readonly Registered[]>> = {
      emil: [{ id: 'm', method: 'sms', addedAt: 0, data: { number: '+491701234567' } }],
      fred: [email('f@elsewhere.test'), { id: 'r', method: 'recovery', addedAt: 0, data: { codes: ['a hash'] } }],
    };
    for (const [name, methods] of Object.entries(has)) {
      await own.run(['user', 'add', name]);
      const id = (await directory.accounts.byName(name))?.id ?? '';
      await store.insert(registrations, { ...nothingRegistered(id), methods: [...methods] });
    }
    const off = { policies: policies.map((one) => ({ ...one, secondFactor: 'off' })) };
    for (const change of [{ scope: 'none' }, off, { policies: [{ name: 'everybody', methods: ['email'] }] }]) {
      const file = await own.file('less.yaml', JSON.stringify(change));
      expect(await own.json(['policy', 'preview', file])).to.deep.include({ asked: { lost: 1, gained: 0 } });
      expect((await own.run(['policy', 'preview', file])).out).to.match(/^are asked for the one they have +1 +0$/m);
    }
  });

  it('leaves everything as it is, and refuses a file with faults', async () => {
    const file = await t.file('none.yaml', 'scope: none');
    expect(await t.json(['policy', 'preview', file])).to.deep.include({ canReset: { before: 2, after: 0 } });
    expect((await t.run(['policy', 'test', 'bert'])).out).to.match(/^reset +yes/m);
    const faulty = await t.run([
      'policy',
      'preview',
      await t.file('faulty.yaml', 'policies:\n  - name: x\n    gates: 2\n    methods: [email]'),
    ]);
    expect(faulty.code).to.equal(1);
    expect(faulty.err).to.include('faulty.yaml:4').and.include('2 gates need at least 2 different methods');
  });
});

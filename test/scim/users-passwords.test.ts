import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { and, eq } from '../../src/store/query.ts';
import { startBreachRange } from '../support/breach-range.ts';
import type { BreachRangeServer } from '../support/breach-range.ts';
import { provisioner } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const GOOD = 'teal harbour lamps 27 in the fog';
const LEAKED = 'many people took this sentence before';

describe('passwords that clients of SCIM bring', () => {
  let range: BreachRangeServer;
  let w: World;
  let okta: Provisioner;
  before(async () => {
    range = await startBreachRange();
    range.knows(LEAKED, 4122);
    w = await world({
      config: { plugins: { scim: { passwords: true } }, organisation: { name: 'Kestrelmark' } },
      sspr: { password: { breached: { range: { url: range.url, onFailure: 'accept' } } } },
    });
    okta = await provisioner(w, { name: 'okta' });
  });
  after(async () => {
    okta[Symbol.dispose]();
    await w[Symbol.asyncDispose]();
    await range[Symbol.asyncDispose]();
  });

  const isRefused = ({ status, body, text }: Answer, password: string, why: RegExp): void => {
    expect([status, body['scimType']], text).to.deep.equal([400, 'invalidValue']);
    expect(body['detail']).to.match(why);
    expect(text).to.not.contain(password);
  };

  const bad: readonly (readonly [string, RegExp])[] = [
    ['k7#Zq!x', /^the password has fewer than 15 characters or more than 256/],
    ['Kestrelmark2026', /is easily guessed/],
    ['Wilhelmina-Oakes', /is easily guessed/],
    [LEAKED, /^the password is known from leaks$/],
  ];

  it('are judged as those that people choose, for somebody new as for somebody who is there', async () => {
    const name = { displayName: 'Wilhelmina Oakes' };
    for (const [password, why] of bad) isRefused(await okta.user('mina', { ...name, password }), password, why);
    expect((await okta.list('/Users', { filter: 'userName eq "mina"' })).body.totalResults).to.equal(0);
    const made = await okta.user('mina', { ...name, password: GOOD });
    expect(made.status, made.text).to.equal(201);
    const path = `/Users/${made.body.id}`;
    for (const [password, why] of bad) {
      isRefused(await okta.patch(path, [{ op: 'replace', path: 'password', value: password }]), password, why);
      isRefused(await okta.put(path, { userName: 'mina', ...name, password }), password, why);
    }
    const { accounts, passwords } = w.app.foundation.directory;
    const account = await accounts.byId(made.body.id);
    expect(account && (await passwords.verify(account, GOOD))).to.deep.equal({ outcome: 'right' });
    expect(JSON.stringify(w.lines)).to.not.contain(LEAKED);
  });

  const facts = async (id: string) => {
    const { people, local, accounts } = w.app.foundation.directory;
    const [person, account] = await Promise.all([people.byId(id), accounts.byId(id)]);
    if (!person || !account) throw new Error('they are here');
    const { changedAt } = await local.state(account);
    return { changedAt, epoch: person.epoch, version: person.version };
  };
  const events = async (id: string) =>
    (await w.app.foundation.store.find(auditEvents, eq('subject', id))).docs.map(({ type }) => type);

  it('are left alone where it is the present one again: nothing ends, nobody is told, nothing is logged', async () => {
    const mail = 'petra@example.test';
    const emails = [{ value: mail }];
    const { body } = await okta.user('petra', { emails, password: GOOD });
    const path = `/Users/${body.id}`;
    const [before, logged] = [await facts(body.id), await events(body.id)];
    for (let cycle = 0; cycle < 2; cycle += 1) {
      const answer = await okta.put(path, { userName: 'petra', emails, password: GOOD });
      expect([answer.status, answer.headers.etag], answer.text).to.deep.equal([200, body.meta.version]);
      expect((await okta.patch(path, [{ op: 'replace', path: 'password', value: GOOD }])).status).to.equal(200);
    }
    expect(await facts(body.id)).to.deep.equal(before);
    expect(await events(body.id)).to.deep.equal(logged);
    expect((await w.mail.to(mail)).mails).to.have.length(0);
    expect(
      (await okta.put(path, { userName: 'petra', emails, title: 'Chief', password: GOOD })).body['title'],
    ).to.equal('Chief');
    const after = await facts(body.id);
    expect([after.changedAt, after.epoch]).to.deep.equal([before.changedAt, before.epoch]);
  });

  it('are refused where it is an earlier one, and cannot be guessed for nothing: a wrong guess replaces it', async () => {
    const { body } = await okta.user('quinn', { password: GOOD });
    const path = `/Users/${body.id}`;
    const set = (value: string) => okta.patch(path, [{ op: 'replace', path: 'password', value }]);
    const { epoch } = await facts(body.id);
    expect((await set(`${GOOD} later`)).status).to.equal(200);
    expect((await facts(body.id)).epoch).to.equal(epoch + 1);
    isRefused(await set(GOOD), GOOD, /is the present one or was one of the last/);
    // Easy as it was, by rules of before: it is refused as any other that easy, right or wrong.
    const { directory, store } = w.app.foundation;
    const account = await directory.accounts.byId(body.id);
    if (!account) throw new Error('they are here');
    await store.commit(await directory.passwords.set(account, LEAKED, 'administrator'));
    isRefused(await set(LEAKED), LEAKED, /^the password is known from leaks$/);
  });

  it('change nothing else where they are refused', async () => {
    const { body } = await okta.user('nora', { title: 'Clerk' });
    const path = `/Users/${body.id}`;
    isRefused(await okta.patch(path, [{ op: 'add', value: { title: 'Boss', password: 'short' } }]), 'short', /fewer/);
    expect((await okta.get(path)).body['title']).to.equal('Clerk');
  });

  it('are noted where a rule could not be judged and the operator takes them so', async () => {
    range.mood = { status: 503, body: '' };
    const { body, status } = await okta.user('olga', { password: `${GOOD} again` });
    expect(status).to.equal(201);
    const noted = and(eq('subject', body.id), eq('type', 'password.unchecked'));
    expect((await w.app.foundation.store.find(auditEvents, noted)).docs).to.have.length(1);
  });
});

import { expect } from 'chai';
import { scim } from '../../plugins/scim/index.ts';
import { people } from '../../src/directory/person.ts';
import { everything } from '../../src/store/query.ts';
import { terminal } from '../cli/terminal.ts';
import type { Terminal } from '../cli/terminal.ts';
import { ENTERPRISE, PATCH, USER } from '../support/scim.ts';

const lines = (...people: readonly unknown[]): string => people.map((one) => JSON.stringify(one)).join('\n');

describe('latchkey scim import', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([], [], [scim]);
  });
  afterEach(() => t[Symbol.asyncDispose]());

  const bring = async (text: string, ...options: readonly string[]) =>
    t.run(['scim', 'import', await t.file('people', text), '--client', 'hr', ...options]);
  const counted = async (text: string): Promise<unknown> => JSON.parse((await bring(text, '--json')).out);
  const named = async (userName: string) => t.server.directory.people.byName(userName);

  const ann = { schemas: [USER], userName: 'ann', externalId: '1', title: 'Engineer' };
  const bob = { userName: 'bob', externalId: '2', [ENTERPRISE]: { department: 'R&D' } };

  it('brings people from JSON lines, and from CSV whose columns are paths', async () => {
    expect(await counted(lines(ann, bob))).to.deep.include({ created: 2, changed: 0, unchanged: 0, failed: 0 });
    expect(await named('ann')).to.include({ source: 'scim:hr', externalId: '1', title: 'Engineer' });
    const csv = [
      `userName,name.givenName,"emails[type eq ""work""].value",${ENTERPRISE}:department,active`,
      'cyd,Cyd,cyd@example.test,Board,False',
      'dan,,,,',
    ].join('\r\n');
    expect(await counted(csv)).to.deep.include({ created: 2, failed: 0 });
    const cyd = await named('cyd');
    expect(cyd).to.deep.include({ name: { givenName: 'Cyd' }, department: 'Board', active: false });
    expect(cyd?.emails).to.deep.equal([{ value: 'cyd@example.test', type: 'work' }]);
  });

  it('goes on where it broke off: whoever is there as the file says is left alone', async () => {
    await bring(lines(ann));
    const before = await named('ann');
    expect(await counted(lines(ann, bob))).to.deep.include({ created: 1, changed: 0, unchanged: 1 });
    expect(await named('ann')).to.deep.equal(before);
    expect(await counted(lines({ ...ann, userName: 'anna' }, bob))).to.deep.include({ changed: 1, unchanged: 1 });
    expect((await named('anna'))?.id).to.equal(before?.id);
  });

  it('reports each line that it cannot bring by its number, and brings the others', async () => {
    const { directory, store } = t.server;
    await store.commit(directory.people.creating({ userName: 'taken', source: 'scim:okta' }, {}).changes);
    const text = [
      ...[JSON.stringify(ann), '{ nonsense', '', '{"title":"Nobody"}', '{"userName":"taken"}'],
      ...['{"userName":"ANN"}', '{"userName":"eve","emails":[{"value":"no address"}]}', '{"userName":"fay"}'],
    ].join('\n');
    const { code, out, err } = await bring(text);
    expect(code).to.equal(1);
    expect(err).to.contain('5 lines could not be brought');
    expect([...out.matchAll(/^line (\d+): failed/gm)].map(([, line]) => line)).to.deep.equal(['2', '4', '5', '6', '7']);
    expect(out).to.contain('line 6: failed: line 1 has the same userName');
    expect(out).to.contain('line 5: failed: the resource belongs to another source: scim:okta');
    expect(await named('fay')).to.not.equal(undefined);
    const broken = await bring('userName,title\n"gus,Clerk\nhal,Clerk');
    expect(broken.out).to.match(/line 2: failed: the file cannot be read from here on/);
  });

  it('brings nobody by what somebody of another source signs in by, and says so when tried out or run dry', async () => {
    const { directory, store } = t.server;
    const carol = { userName: 'carol', emails: [{ value: 'carol@example.test' }], source: 'ldap:corp' };
    await store.commit(directory.people.creating(carol, {}).changes);
    const heir = { userName: 'heir', emails: [{ value: 'CAROL@example.test' }] };
    await bring(lines(ann));
    const text = lines(heir, { userName: 'carol@example.test' }, { ...ann, emails: heir.emails });
    for (const options of [['--dry-run'], []]) {
      const { out } = await bring(text, ...options);
      expect(out).to.contain('line 1: failed: another resource has one of those emails');
      expect(out).to.contain('line 2: failed: another resource has that userName');
      expect(out).to.contain('line 3: failed: another resource has one of those emails');
    }
    const tried = await t.run(['scim', 'try', await t.file('request', JSON.stringify(heir)), '--client', 'hr']);
    expect(tried.err).to.contain('409 uniqueness');
    expect((await named('carol@example.test'))?.userName).to.equal('carol');
    expect(await named('heir')).to.equal(undefined);
  });

  it('prints with --dry-run what would change, and writes nothing', async () => {
    await bring(lines(ann));
    const { out } = await bring(lines({ ...ann, title: 'Director' }, bob), '--dry-run');
    expect(out).to.contain('line 1: changed ann\n  - title: "Engineer"\n  + title: "Director"\n');
    expect(out).to.contain(`line 2: created bob\n  + externalId: "2"\n  + userName: "bob"\n`);
    expect((await named('ann'))?.title).to.equal('Engineer');
    expect((await t.server.store.find(people, everything)).docs).to.have.length(1);
  });

  it('tells how far it is on standard error', async () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ userName: `many-${String(at)}` }));
    const { err, out } = await bring(lines(...many), '--json');
    expect(err.trim().split('\n').at(-1)).to.equal('40 of 40');
    expect(JSON.parse(out)).to.include({ created: 40 });
  });
});

describe('latchkey scim try', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([], [], [scim]);
  });
  afterEach(() => t[Symbol.asyncDispose]());

  const tried = async (sent: unknown, ...options: readonly string[]): Promise<unknown> =>
    JSON.parse((await t.run(['scim', 'try', '-', ...options, '--json'], JSON.stringify(sent))).out);

  it('shows what would be stored of a resource, and all that is ignored with the reason', async () => {
    const sent = {
      schemas: [USER],
      userName: 'ann',
      active: 'False',
      password: 'secret',
      shoeSize: 42,
      groups: [{ value: 'g' }],
      emails: [{ value: 'ann@example.test', verified: true }],
      [ENTERPRISE]: { department: 'R&D', floor: 3 },
      'urn:example:other': { a: 1 },
    };
    const { changes, ignored } = (await tried(sent)) as {
      readonly changes: object;
      readonly ignored: readonly { readonly at: string; readonly why: string }[];
    };
    expect(changes).to.deep.include({ userName: { after: 'ann' }, active: { after: false } });
    expect(ignored.map(({ at }) => at)).to.deep.equal([
      ...['password', 'shoeSize', 'groups', 'emails.verified'],
      ...[`${ENTERPRISE}:floor`, 'urn:example:other'],
    ]);
    expect(JSON.stringify(ignored)).to.contain('plugins.scim.extensions').and.contain('plugins.scim.passwords');
    expect((await t.server.store.find(people, everything)).docs).to.deep.equal([]);
  });

  it('shows what a PATCH would make of somebody', async () => {
    const { directory, store } = t.server;
    await store.commit(directory.people.creating({ userName: 'ann', title: 'Engineer' }, {}).changes);
    const sent = { schemas: [PATCH], Operations: [{ op: 'Replace', value: { title: 'Director', color: 'red' } }] };
    expect(await tried(sent, '--user', 'ann')).to.deep.equal({
      type: 'User',
      changes: { title: { before: 'Engineer', after: 'Director' } },
      ignored: [{ at: 'color', why: 'no attribute of that name is known' }],
    });
  });

  it('says what would be refused, and why', async () => {
    const { code, err } = await t.run(['scim', 'try', '-'], JSON.stringify({ schemas: [USER], title: 'Nobody' }));
    expect([code, err.trim()]).to.deep.equal([1, err.trim()]);
    expect(err).to.contain('it would be refused: 400 invalidValue: userName is required');
    expect((await t.run(['scim', 'try', '-'], '{')).err).to.contain('invalidSyntax');
  });
});

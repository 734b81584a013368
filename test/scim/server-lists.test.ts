import { expect } from 'chai';
import { HOUR } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import { ENTERPRISE, GROUP, LIST, provisioner, SEARCH, USER } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const namesIn = ({ body, text }: Pick<Answer, 'body' | 'text'>): readonly unknown[] => {
  expect(body['schemas'], text).to.deep.equal([LIST]);
  expect(body.itemsPerPage).to.equal(body.Resources.length);
  return body.Resources.map(({ userName }) => userName);
};

onEveryEngine('lists over SCIM', (engine) => {
  const world = useWorld({ store: engine });
  let entra: Provisioner;
  before(async () => {
    entra = await provisioner(world());
    for (let number = 0; number < 12; number += 1) {
      const name = `p${String(number).padStart(2, '0')}`;
      const { status, text } = await entra.user(number % 2 === 0 ? name : name.toUpperCase(), {
        externalId: `Ext-${name}`,
        displayName: `Name ${String(11 - number)}`,
        active: number !== 3,
        emails: [
          { value: `${name}@home.test`, type: 'home' },
          { value: `${name}@work.test`, type: 'work', primary: true },
        ],
        ...(number < 3 && { title: ['b', 'C', 'a'][number], [ENTERPRISE]: { employeeNumber: String(number) } }),
      });
      expect(status, text).to.equal(201);
    }
  });
  after(() => {
    entra[Symbol.dispose]();
  });

  const find = (filter: string): Promise<Answer> => entra.list('/Users', { filter });

  it('find by every operator, at any depth', async () => {
    for (const [filter, names] of [
      ['userName eq "P00"', ['p00']],
      ['USERNAME Eq "p01"', ['P01']],
      [`${USER}:userName eq "p02"`, ['p02']],
      ['externalId eq "Ext-p04"', ['p04']],
      ['externalId eq "ext-p04"', []],
      ['emails eq "p05@WORK.test"', ['P05']],
      ['emails[type eq "work" and value eq "p06@work.test"]', ['p06']],
      ['emails[type eq "home" and value eq "p06@work.test"]', []],
      ['emails[type eq "work"].value eq "p07@work.test"', ['P07']],
      ['emails.primary eq false and userName eq "p06"', ['p06']],
      ['emails[primary eq false and value eq "p06@home.test"]', ['p06']],
      ['emails[primary eq false and value eq "p06@work.test"]', []],
      ['active eq false', ['P03']],
      ['active eq "False"', ['P03']],
      ['title pr', ['P01', 'p00', 'p02']],
      [`${ENTERPRISE}:employeeNumber eq "1"`, ['P01']],
      ['userName sw "p1"', ['P11', 'p10']],
      ['userName ew "9" or userName co "08"', ['P09', 'p08']],
      ['userName gt "p09"', ['P11', 'p10']],
      ['(title eq "a" or title eq "B") and not (userName eq "p00")', ['p02']],
      ['((((userName eq "p00"))))', ['p00']],
      ['title eq "c" or title eq "b" and userName eq "nobody"', ['P01']],
      ['userName eq "nobody"', []],
    ] as const) {
      const answer = await find(filter);
      expect(namesIn(answer).toSorted(), filter).to.deep.equal(names);
      expect(answer.body.totalResults, filter).to.equal(names.length);
    }
  });

  it('find by when something was made or changed', async () => {
    const { body } = await find('userName eq "p00"');
    const { created } = body.Resources[0]?.meta ?? { created: '' };
    expect((await find(`userName eq "p00" and meta.created eq "${created}"`)).body.totalResults).to.equal(1);
    expect((await find(`userName eq "p00" and meta.lastModified gt "${created}"`)).body.totalResults).to.equal(0);
    expect((await find(`meta.lastModified ge "${created}" and userName eq "p00"`)).body.totalResults).to.equal(1);
  });

  it('refuse filters that mean nothing, and those by a password', async () => {
    for (const filter of [
      'userName',
      'userName eq',
      'userName eq "a',
      'userName is "a"',
      'nothing eq "a"',
      'active gt true',
      'password eq "x"',
      'password pr',
      'userName eq "a" and',
      '(userName eq "a"',
    ]) {
      const { status, body } = await find(filter);
      expect([status, body['scimType']], filter).to.deep.equal([400, 'invalidFilter']);
    }
  });

  it('are paged by index, with a total, in a stable order', async () => {
    const all = namesIn(await entra.get('/Users'));
    expect(all).to.have.length(12);
    const page = async (startIndex: number, count: number) => entra.list('/Users', { startIndex, count });
    const walked: unknown[] = [];
    for (const start of [1, 6, 11]) {
      const answer = await page(start, 5);
      expect([answer.body.totalResults, answer.body['startIndex']]).to.deep.equal([12, start]);
      walked.push(...namesIn(answer));
    }
    expect(walked).to.deep.equal(all);
    expect(namesIn(await page(8, 3))).to.deep.equal(all.slice(7, 10));
    expect(namesIn(await page(-5, 2))).to.deep.equal(all.slice(0, 2));
    expect((await page(0, 2)).body['startIndex']).to.equal(1);
    const none = await page(1, 0);
    expect([none.body.totalResults, namesIn(none)]).to.deep.equal([12, []]);
    expect(namesIn(await page(1, -3))).to.deep.equal([]);
    const past = await page(13, 5);
    expect([past.body.totalResults, namesIn(past), past.body['startIndex']]).to.deep.equal([12, [], 13]);
    expect(namesIn(await page(1, 100_000))).to.deep.equal(all);
    for (const wrong of ['x', '1.5', '1e3', '9'.repeat(30)]) {
      const { status, body } = await entra.get(`/Users?startIndex=${wrong}`);
      expect([status, body['scimType']], wrong).to.deep.equal([400, 'invalidValue']);
    }
  });

  it('are paged by cursor, forth and back, with the total of their first page', async () => {
    const all = namesIn(await entra.get('/Users?cursor'));
    const first = await entra.get('/Users?cursor&count=5');
    expect(first.body.totalResults).to.equal(12);
    expect(first.body).to.not.have.any.keys('startIndex', 'previousCursor');
    const second = await entra.list('/Users', { cursor: first.body.nextCursor, count: 5 });
    const third = await entra.list('/Users', { cursor: second.body.nextCursor, count: 5 });
    expect([first, second, third].flatMap(namesIn)).to.deep.equal(all);
    expect(third.body).to.not.have.property('nextCursor');
    expect(third.body.totalResults).to.equal(12);
    const back = await entra.list('/Users', { cursor: third.body.previousCursor, count: 5 });
    expect(namesIn(back)).to.deep.equal(namesIn(second));
    const start = await entra.list('/Users', { cursor: back.body.previousCursor, count: 5 });
    expect(namesIn(start)).to.deep.equal(namesIn(first));
    expect(start.body).to.not.have.property('previousCursor');
    expect(first.body.nextCursor).to.match(/^[A-Za-z0-9._~-]+$/);
  });

  it('take a cursor for the question and the client that it was given for, and for an hour', async () => {
    const w = world();
    const { body } = await entra.get('/Users?cursor&count=5');
    const { nextCursor: cursor } = body;
    const refused = async (client: Provisioner, parameters: Readonly<Record<string, string | number>>) => {
      const answer = await client.list('/Users', parameters);
      return [answer.status, answer.body['scimType']];
    };
    using okta = await provisioner(w, { name: 'okta' });
    const wrong = [400, 'invalidCursor'];
    expect(await refused(okta, { cursor })).to.deep.equal(wrong);
    expect(await refused(entra, { cursor, filter: 'active eq true' })).to.deep.equal(wrong);
    expect(await refused(entra, { cursor, sortBy: 'title' })).to.deep.equal(wrong);
    expect(await refused(entra, { cursor: `${cursor.slice(0, -2)}AA` })).to.deep.equal(wrong);
    expect(await refused(entra, { cursor: 'x' })).to.deep.equal(wrong);
    expect((await entra.list('/Users', { cursor, count: 2 })).status).to.equal(200);
    await w.later(HOUR);
    expect(await refused(entra, { cursor })).to.deep.equal([400, 'expiredCursor']);
  });

  it('go on by a cursor where people came and went in between', async () => {
    const temporary = await Promise.all(['p045', 'p046'].map((name) => entra.user(name)));
    const first = await entra.list('/Users', { cursor: '', count: 5, sortBy: 'userName' });
    expect(namesIn(first)).to.deep.equal(['p00', 'P01', 'p02', 'P03', 'p04']);
    for (const { body } of temporary) await entra.delete(`/Users/${body.id}`);
    const late = await entra.user('p000');
    const second = await entra.list('/Users', { cursor: first.body.nextCursor, count: 3, sortBy: 'userName' });
    expect(namesIn(second)).to.deep.equal(['P05', 'p06', 'P07']);
    await entra.delete(`/Users/${late.body.id}`);
  });

  it('are ordered without regard to case, by the primary value of a list, absent last', async () => {
    const sorted = async (sortBy: string, sortOrder = 'ascending') =>
      namesIn(await entra.list('/Users', { sortBy, sortOrder, count: 4 }));
    expect(await sorted('userName')).to.deep.equal(['p00', 'P01', 'p02', 'P03']);
    expect(await sorted('userName', 'Descending')).to.deep.equal(['P11', 'p10', 'P09', 'p08']);
    expect((await sorted('title')).slice(0, 3)).to.deep.equal(['p02', 'p00', 'P01']);
    expect((await sorted('title', 'descending')).slice(0, 3)).to.deep.equal(['P01', 'p00', 'p02']);
    expect(await sorted('emails', 'descending')).to.deep.equal(['P11', 'p10', 'P09', 'p08']);
    expect((await sorted(`${ENTERPRISE}:employeeNumber`, 'descending')).slice(0, 2)).to.deep.equal(['p02', 'P01']);
    const walked: unknown[] = [];
    for (const startIndex of [1, 5, 9]) {
      walked.push(...namesIn(await entra.list('/Users', { sortBy: 'title', startIndex, count: 4 })));
    }
    expect(new Set(walked).size).to.equal(12);
    for (const [parameters, scimType] of [
      [{ sortBy: 'nothing' }, 'invalidPath'],
      [{ sortBy: 'addresses' }, 'invalidPath'],
      [{ sortBy: 'title', sortOrder: 'sideways' }, 'invalidValue'],
    ] as const) {
      const { status, body } = await entra.list('/Users', parameters);
      expect([status, body['scimType']]).to.deep.equal([400, scimType]);
    }
  });

  it('show what is asked for, and say how many there are', async () => {
    const { body } = await entra.list('/Users', { filter: 'userName eq "p00"', attributes: 'userName' });
    expect(Object.keys(body.Resources[0] ?? {})).to.have.members(['schemas', 'id', 'userName']);
    const without = await entra.list('/Users', { filter: 'userName eq "p00"', excludedAttributes: 'emails' });
    expect(without.body.Resources[0]).to.include({ userName: 'p00' }).and.not.have.property('emails');
  });

  it('are asked for by POST to /.search of a kind and of the root as well', async () => {
    const search = {
      schemas: [SEARCH],
      filter: 'userName sw "p0"',
      sortBy: 'userName',
      sortOrder: 'descending',
      startIndex: 2,
      count: 2,
      attributes: ['userName'],
    };
    for (const path of ['/Users/.search', '/.search']) {
      const answer = await entra.post(path, search);
      expect([answer.body.totalResults, namesIn(answer)], path).to.deep.equal([10, ['p08', 'P07']]);
      expect(answer.body.Resources[0], path).to.not.have.property('emails');
      expect((await entra.post(path, { ...search, count: 0 })).body.totalResults, path).to.equal(10);
    }
    const first = await entra.post('/Users/.search', { schemas: [SEARCH], cursor: '', count: 5 });
    const second = await entra.post('/Users/.search', { schemas: [SEARCH], cursor: first.body.nextCursor, count: 5 });
    expect([...namesIn(first), ...namesIn(second)]).to.deep.equal(namesIn(await entra.get('/Users?cursor&count=10')));
    expect((await entra.post('/Users/.search', { filter: 'userName pr' })).body['scimType']).to.equal('invalidValue');
    expect((await entra.post('/Users/.search', { schemas: [SEARCH], count: 'x' })).body['scimType']).to.equal(
      'invalidValue',
    );
    expect(namesIn(await entra.get('?filter=userName%20eq%20%22p00%22'))).to.deep.equal(['p00']);
  });

  it('take a parameter once', async () => {
    const { status, body } = await entra.get('/Users?count=1&COUNT=2');
    expect([status, body['scimType']]).to.deep.equal([400, 'invalidValue']);
  });
});

describe('pages over SCIM, where the operator bounds them', () => {
  const world = useWorld({ config: { plugins: { scim: { pageSize: 2, maxResults: 3 } } } });

  it('are never longer than that, and as long as is said where a client says nothing', async () => {
    using entra = await provisioner(world());
    for (const name of ['a', 'b', 'c', 'd', 'e']) await entra.user(name);
    for (const [path, length] of [
      ['/Users', 2],
      ['/Users?count=3', 3],
      ['/Users?count=100', 3],
      ['/Users?cursor&count=100', 3],
      ['/Users?cursor', 2],
    ] as const) {
      const { body } = await entra.get(path);
      expect([body.Resources.length, body.itemsPerPage, body.totalResults], path).to.deep.equal([length, length, 5]);
    }
    const searched = await entra.post('/.search', { schemas: [SEARCH], count: 50 });
    expect(searched.body.itemsPerPage).to.equal(3);
    const { body } = await entra.get('/ServiceProviderConfig');
    expect(body['filter']).to.include({ maxResults: 3 });
    expect(body['pagination']).to.include({ defaultPageSize: 2, maxPageSize: 3 });
  });

  it('go from one kind of resource to the next at the root, by index and by cursor', async () => {
    using entra = await provisioner(world(), { name: 'okta' });
    for (const displayName of ['f', 'g']) await entra.post('/Groups', { schemas: [GROUP], displayName });
    const all: string[] = [];
    for (const startIndex of [1, 4, 7]) {
      const { body } = await entra.list('', { startIndex, count: 3 });
      expect(body.totalResults).to.equal(7);
      all.push(...body.Resources.map(({ id }) => id));
    }
    expect(new Set(all).size).to.equal(7);
    const walked: string[] = [];
    let [cursor, more] = ['', true];
    while (more) {
      const { status, text, body } = await entra.list('', { cursor, count: 3 });
      expect(status, text).to.equal(200);
      walked.push(...body.Resources.map(({ id }) => id));
      more = 'nextCursor' in body;
      cursor = body.nextCursor;
    }
    expect(walked.toSorted()).to.deep.equal(all.toSorted());
  });
});

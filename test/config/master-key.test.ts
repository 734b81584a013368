import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadMasterKeys } from '../../src/config/master-key.ts';
import { unlockSecrets, vault } from '../../src/config/vault.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { Confidential } from '../../src/kernel/confidential.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/port.ts';

const failureOf = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(AppError);
  return error as AppError;
};

const newKey = (): string => systemRandom.bytes(32).toString('base64');

describe('The master key', () => {
  let folder: string;

  const load = (masterKey?: string, dataDir = join(folder, 'data')) =>
    loadMasterKeys(
      { dataDir, ...(masterKey === undefined ? {} : { masterKey: new Confidential(masterKey) }) },
      systemRandom,
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-key-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made on the first start, in a file that only its owner reads, and is the same on the next', async () => {
    const [first] = await load();
    const [second] = await load();
    expect(second).to.deep.equal(first);
    expect(first.bytes).to.have.length(32);
    expect((await stat(join(folder, 'data', 'master.key'))).mode & 0o777).to.equal(0o600);
    expect((await stat(join(folder, 'data'))).mode & 0o777).to.equal(0o700);
    expect(await readdir(join(folder, 'data'))).to.deep.equal(['master.key']);
  });

  it('is one key for all who start at the same time', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => load()));
    expect(new Set(keys.map(([{ id }]) => id)).size).to.equal(1);
    expect(await readdir(join(folder, 'data'))).to.deep.equal(['master.key']);
  });

  it('is read as base64, base64url and hex, and is the same key each time', async () => {
    const bytes = systemRandom.bytes(32);
    const written = (['base64', 'base64url', 'hex'] as const).map((encoding) => bytes.toString(encoding));
    const ids = await Promise.all(written.map(async (text) => (await load(`${text}\n`))[0].id));
    expect(new Set(ids).size).to.equal(1);
    expect(ids[0]).to.match(/^[\w-]{8}$/);
  });

  it('may be several, newest first', async () => {
    const [one, two] = [newKey(), newKey()];
    const [first] = await load(one);
    const [second] = await load(two);
    expect(await load(`${two},${one}`)).to.deep.equal([second, first]);
    expect(await load(`${two}\n${one}\n`)).to.deep.equal([second, first]);
  });

  it('is refused in one sentence that does not repeat it when it is too short, too long or no key at all', async () => {
    for (const text of [
      '',
      'hunter2',
      'A'.repeat(42),
      'A'.repeat(45),
      'f'.repeat(63),
      'hunter2hunter2 hunter2hunter2',
    ]) {
      const { code, message } = await failureOf(load(text));
      expect(code).to.equal('secret_unreadable');
      expect(message).to.include('32 bytes in base64 or hex').and.not.include('hunter2');
    }
  });

  it('is refused when others may read the file', async () => {
    await load();
    await chmod(join(folder, 'data', 'master.key'), 0o644);
    expect((await failureOf(load())).message).to.match(/may be read by others: chmod 600 /);
  });

  it('is refused when its file was damaged, and is not made anew', async () => {
    await load();
    await writeFile(join(folder, 'data', 'master.key'), 'damaged');
    expect((await failureOf(load())).code).to.equal('secret_unreadable');
    expect(await readFile(join(folder, 'data', 'master.key'), 'utf8')).to.equal('damaged');
  });

  it('says in one sentence that the data directory cannot be used', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const impossible of [file, join(file, 'below'), '/proc/latchkey']) {
      const { code, message } = await failureOf(load(undefined, impossible));
      expect(code).to.equal('store_unusable');
      expect(message).to.match(new RegExp(`^the data directory ${impossible} cannot be used \\(E[A-Z]+\\)$`));
    }
  });
});

describe('The secrets of a store', () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-vault-'));
    const url = `sqlite:${join(folder, 'store.db')}`;
    store = await openStore({ url, collections: [vault], migrations: [], clock: systemClock });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const keys = (text: string) => loadMasterKeys({ dataDir: folder, masterKey: new Confidential(text) }, systemRandom);

  it('are the same for every node, also when all of them are the first', async () => {
    const ring = await keys(newKey());
    const nodes = await Promise.all(Array.from({ length: 8 }, () => unlockSecrets(ring, store, systemRandom)));
    const hashes = new Set(nodes.map((secrets) => secrets.hash('name', 'alice')));
    expect(hashes.size).to.equal(1);
    const later = await unlockSecrets(ring, store, systemRandom);
    expect(later.matches('name', 'alice', [...hashes][0] ?? '')).to.equal(true);
    expect(later.open('seed', nodes[0]?.seal('seed', 'value') ?? '')).to.equal('value');
  });

  it('do not open with another master key, and say so in one sentence', async () => {
    await unlockSecrets(await keys(newKey()), store, systemRandom);
    const { code, message } = await failureOf(unlockSecrets(await keys(newKey()), store, systemRandom));
    expect(code).to.equal('secret_unreadable');
    expect(message).to.equal(
      'the master key is not the one that this store was sealed under: give the key it was begun with',
    );
  });

  it('open when a new master key stands before the old one', async () => {
    const [old, fresh] = [newKey(), newKey()];
    const before = await unlockSecrets(await keys(old), store, systemRandom);
    const after = await unlockSecrets(await keys(`${fresh},${old}`), store, systemRandom);
    expect(after.open('seed', before.seal('seed', 'value'))).to.equal('value');
    expect(after.hash('name', 'alice')).to.equal(before.hash('name', 'alice'));
  });

  it('rest in the store only sealed', async () => {
    const ring = await keys(newKey());
    await unlockSecrets(ring, store, systemRandom);
    const kept = await store.get(vault, 'hashKey');
    expect(kept?.sealed).to.match(new RegExp(`^${ring[0].id}\\.[\\w-]+$`));
  });
});

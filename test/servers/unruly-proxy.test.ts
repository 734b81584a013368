import { expect } from 'chai';
import { Client } from 'ldapts';
import { readFile } from 'node:fs/promises';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { resetAs } from '../support/directories/password-writes.ts';
import { startUnrulyProxy } from '../support/directories/unruly-proxy.ts';
import type { UnrulyProxy } from '../support/directories/unruly-proxy.ts';
import { refusal } from './answers.ts';

const NEXT = 'Second-Summer-8';

describeOnSlapd('An unruly proxy in front of a directory', (slapd) => {
  let proxy: UnrulyProxy;
  let alice: string;
  let ca: Buffer;
  const clients: Client[] = [];

  beforeEach(async () => {
    await slapd().admin.clear();
    alice = await slapd().admin.addPerson({ name: 'alice' });
    ca = await readFile(slapd().caFile);
    proxy = await startUnrulyProxy(slapd());
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.unbind().catch(() => undefined)));
    await proxy.close();
  });

  const connected = (): Client => {
    const client = new Client({ url: proxy.ldapsUrl, tlsOptions: { ca }, timeout: 60_000 });
    clients.push(client);
    return client;
  };
  const service = async (): Promise<Client> => {
    const client = connected();
    await client.bind(slapd().serviceDn, slapd().servicePassword);
    return client;
  };
  const reset = async (client: Client): Promise<string> => refusal(resetAs(slapd(), client, alice, NEXT));

  it('is not noticed while it behaves, and the server’s certificate still holds', async () => {
    expect(await reset(await service())).to.equal('nothing');
    expect(await slapd().bind(alice, NEXT)).to.deep.equal({ ok: true });
  });

  it('resets a connection at a message that never arrives, or whose answer is lost', async () => {
    // The bind is the first message, the write the second.
    proxy.resetAt({ atMessage: 2, delivered: false });
    expect(await reset(await service())).to.not.equal('nothing');
    expect(await slapd().bind(alice, PASSWORD)).to.deep.equal({ ok: true });
    proxy.resetAt({ atMessage: 2, delivered: true });
    expect(await reset(await service())).to.not.equal('nothing');
    expect(await slapd().bind(alice, NEXT)).to.deep.equal({ ok: true });
  });

  it('says nothing for as long as it hangs, and everything afterwards', async () => {
    const client = await service();
    proxy.hang();
    const hanging = reset(client);
    expect(await slapd().bind(alice, PASSWORD)).to.deep.equal({ ok: true });
    expect(proxy.connections()).to.equal(1);
    proxy.behave();
    expect(await hanging).to.equal('nothing');
    expect(await slapd().bind(alice, NEXT)).to.deep.equal({ ok: true });
  });

  it('refuses connections and ends those that are open, until it accepts again', async () => {
    const client = await service();
    await proxy.refuse();
    expect(await refusal(service())).to.equal('ECONNREFUSED');
    expect(proxy.connections()).to.equal(0);
    await proxy.accept();
    expect(await reset(await service())).to.equal('nothing');
    expect(client.isConnected).to.equal(false);
  });

  it('answers garbage to whoever comes and to whoever is there', async () => {
    const client = await service();
    proxy.babble();
    expect(await reset(client)).to.not.equal('nothing');
    expect(await refusal(service())).to.not.equal('nothing');
  });
});

import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Ldap } from '../../plugins/ldap/connection/ldap.ts';
import { failureOf, linkBy, optionsFor, soon } from '../ldap/link-to.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { startUnrulyProxy } from '../support/directories/unruly-proxy.ts';
import { freePort } from '../support/free-port.ts';

const NEXT = 'Second-Winter-7';

/** What is written of somebody to give them another password. */
const reset = (server: DirectoryServer, dn: string, password: string) => (ldap: Ldap) =>
  server.kind === 'samba'
    ? ldap.modify(dn, [
        { operation: 'replace', attribute: 'unicodePwd', values: [Buffer.from(`"${password}"`, 'utf16le')] },
      ])
    : ldap.passwordModify({ user: dn, next: password });

/** A signal is heard by each thread at its own time. */
const isStill = async (pid: number): Promise<boolean> => {
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')));
  return states.every((state) => /\) [Tt] /.test(state));
};

/** Runs the work while the server stands still: it takes connections and bytes, and says nothing. */
const whileStill = async <T>(server: DirectoryServer, work: () => Promise<T>): Promise<T> => {
  const pid = server.pid();
  process.kill(pid, 'SIGSTOP');
  try {
    while (!(await isStill(pid))) await soon();
    return await work();
  } finally {
    // One that was killed meanwhile hears nothing.
    if (server.pid() === pid) process.kill(pid, 'SIGCONT');
  }
};

/** Behind a proxy that can be told to misbehave. */
const behindProxy = async (server: DirectoryServer) => {
  const proxy = await startUnrulyProxy(server);
  const link = linkBy(optionsFor(server, { servers: [proxy.ldapsUrl], serverName: server.name }));
  return { proxy, link, [Symbol.asyncDispose]: () => (link.close(), proxy.close()) };
};

const standsFaults = (server: () => DirectoryServer): void => {
  const namingContexts = async (ldap: Ldap) => (await ldap.rootDse({ fresh: true })).namingContexts;

  it('that stops is told as an outage, and is back for the same link once it runs again', async () => {
    using link = linkBy(optionsFor(server()));
    const dn = await server().admin.addPerson({ name: 'stopped' });
    await link.withService(namingContexts);
    await server().kill();
    try {
      for (const failure of [
        await failureOf(link.withService(namingContexts)),
        await failureOf(link.bindAs(dn, PASSWORD)),
      ]) {
        expect(failure).to.include({ code: 'unreachable', isOutage: true });
      }
    } finally {
      await server().restart();
    }
    expect(await link.withService(namingContexts)).not.to.be.empty;
    expect(await link.bindAs(dn, PASSWORD)).to.include({ right: true });
  });

  it('that stopped is passed over for the next one', async () => {
    using link = linkBy(
      optionsFor(server(), { servers: [`ldaps://${server().host}:${await freePort()}`, server().ldapsUrl] }),
    );
    const dn = await server().admin.addPerson({ name: 'passed' });
    for (let times = 0; times < 5; times += 1) {
      expect((await link.bindAs(dn, PASSWORD)).server?.url).to.equal(server().ldapsUrl);
    }
    expect((await link.servers()).map(({ isOpen }) => isOpen)).to.deep.equal([true, false]);
    expect(await link.withService(async (ldap) => ldap.server.url)).to.equal(server().ldapsUrl);
  });

  it('that hangs is given up in time, whether it hangs before TLS or after the bind', async () => {
    using link = linkBy(optionsFor(server()), { connect: 400, answer: 400 });
    const dn = await server().admin.addPerson({ name: 'hanging' });
    await link.withService(namingContexts);
    const [pooled, fresh] = await whileStill(server(), () =>
      Promise.all([failureOf(link.withService(namingContexts)), failureOf(link.bindAs(dn, PASSWORD))]),
    );
    expect(pooled).to.include({ code: 'timeout', outcomeUnknown: true });
    expect(fresh).to.include({ code: 'timeout', outcomeUnknown: false });
    using patient = linkBy(optionsFor(server()));
    expect(await patient.bindAs(dn, PASSWORD)).to.include({ right: true });
  });

  it('that dies in the middle of a change leaves its outcome unknown, and a bind at the same one tells it', async () => {
    using link = linkBy(optionsFor(server()));
    const dn = await server().admin.addPerson({ name: 'middle' });
    const at = await link.withService(async (ldap) => ldap.server);
    const failure = await whileStill(server(), async () => {
      const changing = failureOf(link.withService(reset(server(), dn, NEXT), { server: at }));
      // The request is on its way by now: what was asked is written at once where a connection is in the pool.
      await soon();
      await server().kill();
      try {
        return await changing;
      } finally {
        await server().restart();
      }
    });
    expect(failure).to.include({ code: 'unreachable', outcomeUnknown: true, server: at.url });
    expect(await link.bindAs(dn, NEXT, { server: at })).to.include({ right: false, code: 49 });
    await link.withService(reset(server(), dn, NEXT));
    expect(await link.bindAs(dn, NEXT, { server: at })).to.include({ right: true });
  });

  for (const delivered of [true, false]) {
    const what = delivered ? 'answer is lost on the way back' : 'request is lost on the way';
    it(`whose ${what} leaves the outcome of a change unknown, and a bind at the same one tells it`, async () => {
      await using behind = await behindProxy(server());
      const dn = await server().admin.addPerson({ name: delivered ? 'answered' : 'unheard' });
      // The service account binds by the first message.
      behind.proxy.resetAt({ atMessage: 2, delivered });
      const failure = await failureOf(behind.link.withService(reset(server(), dn, NEXT)));
      expect(failure).to.include({ code: 'unreachable', outcomeUnknown: true });
      behind.proxy.behave();

      expect((await behind.link.bindAs(dn, NEXT)).right).to.equal(delivered);
    });
  }

  it('that is cut off in the middle of the TLS by bytes of others is told as one that talks nonsense', async () => {
    await using behind = await behindProxy(server());
    const dn = await server().admin.addPerson({ name: 'babbled' });
    await behind.link.withService(namingContexts);
    behind.proxy.babble();
    const pooled = await failureOf(behind.link.withService(reset(server(), dn, NEXT)));
    expect(pooled).to.include({ code: 'garbage', outcomeUnknown: true });
    const fresh = await failureOf(behind.link.bindAs(dn, PASSWORD));
    expect(fresh).to.include({ code: 'garbage', outcomeUnknown: false });
    behind.proxy.behave();
    expect(await behind.link.bindAs(dn, PASSWORD)).to.include({ right: true });
  });
};

describeOnSlapd('A slapd', (slapd) => {
  standsFaults(slapd);

  for (const kind of ['expired', 'another name', 'another authority'] as const) {
    it(`that shows a certificate to be refused (${kind}) is sent no password, by TLS and by StartTLS`, async () => {
      const dn = await slapd().admin.addPerson({ name: `shown ${kind}` });
      await slapd().kill();
      await slapd().restart(kind);
      try {
        for (const address of [slapd().ldapsUrl, slapd().ldapUrl]) {
          using link = linkBy(optionsFor(slapd(), { servers: [address] }));
          for (const failure of [
            await failureOf(link.bindAs(dn, PASSWORD)),
            await failureOf(link.withService(async () => 'never')),
          ]) {
            expect(failure, failure.diagnostic).to.include({ code: 'tls', outcomeUnknown: false });
          }
        }
      } finally {
        await slapd().kill();
        await slapd().restart();
      }
    });
  }
});

describeOnSamba('A Samba', standsFaults);

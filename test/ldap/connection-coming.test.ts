import { expect } from 'chai';
import { comingConnections } from '../../plugins/ldap/connection/coming.ts';
import { dialling } from '../../plugins/ldap/connection/dialling.ts';
import type { Link } from '../../plugins/ldap/connection/link.ts';
import { directoryTimer, measuring } from '../../plugins/ldap/connection/measured.ts';
import { noMetrics } from '../../src/kernel/metrics.ts';
import { failureOf, linkBy, scriptedOptions, soon } from './link-to.ts';
import { ASKED, right, scriptedServer } from './scripted-server.ts';
import type { ScriptedServer } from './scripted-server.ts';

const optionsOf = (servers: readonly ScriptedServer[], binds = 10) => {
  const urls = servers.map(({ url }) => url);
  return scriptedOptions(urls, { pool: { binds } });
};

const linkTo = (servers: readonly ScriptedServer[], binds?: number) => linkBy(optionsOf(servers, binds));

const serverOf = async (link: Link, at = 0) => (await link.servers())[at] ?? expect.fail();

describe('A connection that is made ahead for a password', () => {
  it('is the one that it is tried on', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkTo([server]);
    const at = await serverOf(link);
    using on = link.connecting(at);
    while (server.open < 1) await soon();
    expect(await link.bindAs('cn=x', 'password', { server: at, on })).to.include({ right: true });
    expect(server.connections).to.equal(1);
    while (server.open > 0) await soon();
  });

  it('serves one password alone', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkTo([server]);
    const at = await serverOf(link);
    using on = link.connecting(at);
    await link.bindAs('cn=x', 'password', { server: at, on });
    await link.bindAs('cn=y', 'password', { server: at, on });
    expect(server.connections).to.equal(2);
    const binds = server.asked.filter(({ tag }) => tag === ASKED.bind);
    expect(binds.map(({ connection }) => connection)).to.deep.equal([0, 1]);
  });

  it('is closed where none is tried, also when it comes later than that', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkTo([server]);
    const at = await serverOf(link);
    link.connecting(at)[Symbol.dispose]();
    while (server.connections < 1 || server.open > 0) await soon();
    expect(server.asked.filter(({ tag }) => tag === ASKED.bind)).to.have.length(0);
  });

  it('is not given where the server has ended it meanwhile, and the password is sent once', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkTo([server]);
    const at = await serverOf(link);
    const lines = dialling(optionsOf([server]), measuring(directoryTimer(noMetrics), 'corp', 'openldap'));
    const dialled = lines.dial(at);
    using on = comingConnections({ dial: () => dialled }, 1)(at);
    const { connection } = await dialled;
    server.hangUp();
    while (!connection.ended) await soon();
    expect(await link.bindAs('cn=x', 'password', { server: at, on })).to.include({ right: true });
    expect(server.asked.filter(({ tag }) => tag === ASKED.bind)).to.have.length(1);
  });

  it('is never used for another server than its own', async () => {
    await using first = await scriptedServer({ answer: right });
    await using second = await scriptedServer({ answer: right });
    using link = linkTo([first, second]);
    using on = link.connecting(await serverOf(link, 0));
    const outcome = await link.bindAs('cn=x', 'password', { server: await serverOf(link, 1), on });
    expect(outcome.server?.url).to.equal(second.url);
    expect(first.asked.filter(({ tag }) => tag === ASKED.bind)).to.have.length(0);
  });

  it('is not waited for where the server does not answer: whoever needs one finds that out', async () => {
    await using gone = await scriptedServer({ answer: right });
    using link = linkTo([gone]);
    const at = await serverOf(link);
    await gone[Symbol.asyncDispose]();
    using on = link.connecting(at);
    expect(await failureOf(link.bindAs('cn=x', 'password', { server: at, on }))).to.include({ code: 'unreachable' });
  });

  it('is one of at most as many as passwords are tried at once', async () => {
    await using server = await scriptedServer({ answer: right });
    using link = linkTo([server], 3);
    const at = await serverOf(link);
    using open = new DisposableStack();
    const all = Array.from({ length: 20 }, () => open.use(link.connecting(at)));
    while (server.open < 3) await soon();
    expect(await all[19]?.take()).to.equal(undefined);
    expect(server.connections).to.equal(3);
    open.dispose();
    while (server.open > 0) await soon();
    using next = link.connecting(at);
    expect(await next.take()).to.not.equal(undefined);
  });
});

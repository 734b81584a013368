import { expect } from 'chai';
import { freePort } from '../support/free-port.ts';
import { failureOf, linkBy, scriptedOptions } from './link-to.ts';
import { ASKED, result, right, scriptedServer } from './scripted-server.ts';
import type { Asked, Reply } from './scripted-server.ts';

const modify = { operation: 'replace', attribute: 'description', values: ['x'] } as const;

describe('Several servers of a directory', () => {
  it('are tried in their order, for the service account and for people', async () => {
    await using server = await scriptedServer({ answer: right });
    const dead = `ldaps://localhost:${await freePort()}`;
    using link = linkBy(scriptedOptions([dead, server.url]));
    expect(await link.withService(async (ldap) => ldap.server.url)).to.equal(server.url);
    expect((await link.bindAs('cn=x', 'password')).server?.url).to.equal(server.url);
  });

  it('are not tried for a password that was refused, nor for one that may have been counted', async () => {
    await using hanging = await scriptedServer({ answer: () => 'reset' });
    await using second = await scriptedServer({ answer: right });
    using link = linkBy(scriptedOptions([hanging.url, second.url]));
    expect(await failureOf(link.bindAs('cn=x', 'password'))).to.include({
      code: 'unreachable',
      outcomeUnknown: true,
      server: hanging.url,
    });
    expect(second.connections).to.equal(0);
    using other = linkBy(scriptedOptions([second.url, hanging.url]));
    expect(await other.bindAs('cn=x', 'wrong')).to.include({ right: false, code: 49 });
    expect(hanging.connections).to.equal(1);
  });

  for (const code of [51, 52]) {
    it(`are tried where one says that it cannot now (${code}), since it looked at no password`, async () => {
      await using busy = await scriptedServer({ answer: (asked) => result(asked, code) });
      await using second = await scriptedServer({ answer: right });
      using link = linkBy(scriptedOptions([busy.url, second.url]));
      expect((await link.bindAs('cn=x', 'password')).server?.url).to.equal(second.url);
      expect(await link.withService(async (ldap) => ldap.server.url)).to.equal(second.url);
      using alone = linkBy(scriptedOptions([busy.url]));
      expect(await failureOf(alone.bindAs('cn=x', 'password'))).to.include({ code, isOutage: true });
    });
  }

  it('are named by work, so that a later look goes to the same one', async () => {
    await using first = await scriptedServer({ answer: right });
    await using second = await scriptedServer({ answer: right });
    using link = linkBy(scriptedOptions([first.url, second.url]));
    const at = await link.withService(async ({ server }) => server, {
      server: (await link.servers())[1] ?? expect.fail(),
    });
    expect(at.url).to.equal(second.url);
    expect((await link.bindAs('cn=x', 'password', { server: at })).server?.url).to.equal(second.url);
    await second[Symbol.asyncDispose]();
    expect((await failureOf(link.bindAs('cn=x', 'password', { server: at }))).server).to.equal(second.url);
    expect(first.connections).to.equal(0);
  });

  it('do work again that only reads, and no other', async () => {
    const fragile = (asked: Asked): Reply =>
      asked.tag === ASKED.search || asked.tag === ASKED.modify ? 'reset' : right(asked);
    await using first = await scriptedServer({ answer: fragile });
    await using second = await scriptedServer({ answer: (asked) => right(asked) });
    using link = linkBy(scriptedOptions([first.url, second.url]));
    const read = await link.withService(
      async (ldap) => {
        await ldap.entry('cn=x');
        return ldap.server.url;
      },
      { repeatable: true },
    );
    expect(read).to.equal(second.url);
    const failure = await failureOf(link.withService((ldap) => ldap.modify('cn=x', [modify])));
    expect(failure).to.include({ outcomeUnknown: true, server: first.url });
    expect(second.asked.some(({ tag }) => tag === ASKED.modify)).to.be.false;
  });

  it('reconnect for reading where a connection of the pool had died unseen', async () => {
    let deaths = 1;
    await using server = await scriptedServer({
      answer: (asked) =>
        asked.tag === ASKED.search && asked.connection === 0 && deaths-- > 0 ? 'reset' : right(asked),
    });
    using link = linkBy(scriptedOptions([server.url]));
    await link.withService(async () => 'now it is in the pool');
    await link.withService((ldap) => ldap.entry('cn=x'), { repeatable: true });
    expect(server.connections).to.equal(2);
  });
});

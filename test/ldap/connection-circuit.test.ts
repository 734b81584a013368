import { expect } from 'chai';
import { failureOf, linkBy, scriptedOptions } from './link-to.ts';
import { ASKED, credentials, right, scriptedServer } from './scripted-server.ts';

const PAUSE = 10_000;

const modify = { operation: 'replace', attribute: 'description', values: ['x'] } as const;

describe('The circuit of a server', () => {
  it('opens after three failures in a row, lets one try after a pause, and closes with the first success', async () => {
    let mood: 'well' | 'ill' = 'ill';
    await using server = await scriptedServer({ answer: (asked) => (mood === 'ill' ? 'reset' : right(asked)) });
    using link = linkBy(scriptedOptions([server.url]));
    const tryIt = async () => await failureOf(link.bindAs('cn=x', 'password'));
    for (let failures = 0; failures < 3; failures += 1) await tryIt();
    expect(server.connections).to.equal(3);
    expect((await link.servers()).map(({ url, isOpen }) => [url, isOpen])).to.deep.equal([[server.url, true]]);
    expect(await tryIt()).to.include({ code: 'unreachable', outcomeUnknown: false });
    expect(server.connections).to.equal(3);

    link.clock.advance(PAUSE);
    await Promise.all([tryIt(), tryIt(), tryIt()]);
    expect(server.connections).to.equal(4);

    mood = 'well';
    expect((await tryIt()).code).to.equal('unreachable');
    link.clock.advance(PAUSE);
    expect(await link.bindAs('cn=x', 'password')).to.include({ right: true });
    expect(await link.bindAs('cn=x', 'password')).to.include({ right: true });
    expect((await link.servers()).map(({ url, isOpen }) => [url, isOpen])).to.deep.equal([[server.url, false]]);
    expect(
      link.lines.filter(({ level }) => level !== 'debug').map(({ message, facts }) => [facts['server'], message]),
    ).to.deep.equal([
      [server.url, 'a directory server keeps failing and is left alone for a while'],
      [server.url, 'a directory server works again'],
    ]);
  });

  it('stays closed while failures come one by one, and whatever is refused', async () => {
    await using server = await scriptedServer({
      answer: (asked) => (asked.tag === ASKED.bind && credentials(asked)[1] === 'ill' ? 'reset' : right(asked)),
    });
    using link = linkBy(scriptedOptions([server.url]));
    for (let round = 0; round < 5; round += 1) {
      await failureOf(link.bindAs('cn=x', 'ill'));
      await failureOf(link.bindAs('cn=x', 'ill'));
      await link.bindAs('cn=x', 'wrong');
    }
    expect((await link.servers())[0]?.isOpen).to.be.false;
  });

  it('opens for one that is bound to and then says nothing, and the next is asked at once', async () => {
    await using hanging = await scriptedServer({
      answer: (asked) => (asked.tag === ASKED.bind ? right(asked) : 'silence'),
    });
    await using second = await scriptedServer({ answer: right });
    using link = linkBy(scriptedOptions([hanging.url, second.url]), { answer: 300 });
    const modified = () => link.withService((ldap) => ldap.modify('cn=x', [modify]));
    await Promise.all(Array.from({ length: 3 }, () => failureOf(modified())));
    await modified();
    expect(hanging.connections).to.equal(3);
  });

  it('opens for one that accepts connections and says nothing, within the time for a connection', async () => {
    await using mute = await scriptedServer({ security: 'none', answer: () => 'silence' });
    await using second = await scriptedServer({ answer: right });
    using link = linkBy(scriptedOptions([mute.url.replace('ldap:', 'ldaps:'), second.url]), { connect: 500 });
    const bind = () => link.bindAs('cn=x', 'password');
    const outcomes = [...(await Promise.all(Array.from({ length: 3 }, bind))), await bind(), await bind()];
    expect(outcomes.every(({ right: isRight }) => isRight)).to.be.true;
    expect(mute.connections).to.equal(3);
  });
});

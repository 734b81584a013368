import { expect } from 'chai';
import { element, integer, octets, sequence } from '../../plugins/ldap/connection/ber.ts';
import type { Modification } from '../../plugins/ldap/connection/ldap.ts';
import { eq } from '../../plugins/ldap/filter.ts';
import { LOCALHOST } from '../support/certificate.ts';
import { directoryOptions, failureOf, linkBy, localhostCa } from './link-to.ts';
import { ASKED, found, message, result, scriptedServer } from './scripted-server.ts';
import type { Asked, Reply, ScriptedServer } from './scripted-server.ts';

const PPOLICY = '1.3.6.1.4.1.42.2.27.8.5.1';

const RESET: readonly Modification[] = [{ operation: 'replace', attribute: 'userPassword', values: ['x'] }];

/** Answers everything with success but what `other` takes. */
const yes =
  (other: (asked: Asked) => Reply | undefined = () => undefined) =>
  (asked: Asked): Reply =>
    other(asked) ?? result(asked, 0);

const optionsOf = (servers: readonly ScriptedServer[], others: Readonly<Record<string, unknown>> = {}) =>
  directoryOptions({
    servers: servers.map(({ url }) => url),
    ca: localhostCa(),
    bindPassword: 'plain:service',
    ...others,
  });

describe('A connection to a directory', () => {
  for (const [what, reply, code] of [
    ['resets the connection', 'reset', 'unreachable'],
    ['says nothing', 'silence', 'timeout'],
    ['answers garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'garbage'],
    ['answers with a message that is cut short inside', Buffer.from('300a02010267050a01000404', 'hex'), 'garbage'],
    ['answers with a length that is no length', Buffer.from('30ffffffffffffff', 'hex'), 'garbage'],
    ['promises more than anybody asked for', Buffer.from('30847fffffff0201', 'hex'), 'garbage'],
    ['says that it ends', message(0, element(0x78, integer(52, 0x0a), octets(''), octets('bye'))), 'unreachable'],
  ] as const) {
    it(`knows that it does not know whether a change was made by a server that ${what}`, async () => {
      await using server = await scriptedServer({
        answer: yes(({ tag }) => (tag === ASKED.modify ? reply : undefined)),
      });
      using link = linkBy(optionsOf([server]), code === 'timeout' ? { answer: 300 } : {});
      const failure = await failureOf(link.withService((ldap) => ldap.modify('cn=x', RESET)));
      expect(failure).to.include({ code, outcomeUnknown: true, isOutage: true, server: server.url });
      expect(server.asked.filter(({ tag }) => tag === ASKED.modify)).to.have.length(1);
    });
  }

  it('knows that nothing was changed where nothing was sent', async () => {
    await using server = await scriptedServer({ answer: yes() });
    using link = linkBy(optionsOf([server]));
    const { first, second } = await link.withService(async (ldap) => {
      await using gone = server;
      await gone[Symbol.asyncDispose]();
      return {
        first: await failureOf(ldap.modify('cn=x', RESET)),
        second: await failureOf(ldap.modify('cn=x', RESET)),
      };
    });
    expect(second).to.include({ code: 'unreachable', outcomeUnknown: false });
    expect(first.code).to.equal('unreachable');
    expect(server.asked.some(({ tag }) => tag === ASKED.modify)).to.be.false;
  });

  it('tells apart entries, references and results that come in one piece, however long', async () => {
    await using server = await scriptedServer({
      answer: ({ id, tag }) => {
        if (tag !== ASKED.search) return result({ id, tag }, 0);
        return Buffer.concat([
          found(id, 'cn=a', { cn: ['a'], member: Array.from({ length: 5000 }, (_, at) => `cn=member ${at},dc=test`) }),
          found(id, 'cn=b', {}),
          message(id, element(0x73, octets('ldap://other.test/dc=other'))),
          result({ id, tag }, 0),
        ]);
      },
    });
    using link = linkBy(optionsOf([server]));
    await link.withService(async (ldap) => {
      const { entries, references } = await ldap.search({ base: 'dc=test', filter: eq('cn', 'a') });
      expect(entries.map(({ dn }) => dn)).to.deep.equal(['cn=a', 'cn=b']);
      expect(entries[0]?.texts('member')).to.have.length(5000).and.include('cn=member 4999,dc=test');
      expect(references).to.deep.equal(['ldap://other.test/dc=other']);
    });
  });

  it('tells what the password policy says, of a refused bind as of a right one', async () => {
    const locked = sequence(element(0x81, Buffer.from([1])));
    const expiring = sequence(element(0xa0, element(0x80, Buffer.from([0x0e, 0x10]))));
    await using server = await scriptedServer({
      answer: ({ id, tag, content, controls }) => {
        if (tag !== ASKED.bind) return result({ id, tag }, 0);
        expect(controls).to.deep.equal([PPOLICY]);
        return content.includes('right')
          ? result({ id, tag }, 0, { controls: [[PPOLICY, expiring]] })
          : result({ id, tag }, 49, { diagnostic: 'no', controls: [[PPOLICY, locked]] });
      },
    });
    using link = linkBy(optionsOf([server]));
    const refused = await link.bindAs('cn=x', 'wrong');
    expect(refused).to.include({ right: false, code: 49, diagnostic: 'no' });
    expect(refused.policy).to.deep.equal({ error: 'accountLocked' });
    expect((await link.bindAs('cn=x', 'right')).policy).to.deep.equal({ secondsUntilExpiry: 3600 });
  });

  it('sends nothing for a password that is empty, holds NUL or is no Unicode', async () => {
    await using server = await scriptedServer({ answer: yes() });
    using link = linkBy(optionsOf([server]));
    for (const password of ['', 'a\0', '\0', '\udc00']) {
      expect(await link.bindAs('cn=x', password)).to.include({ right: false, server: undefined });
    }
    expect(await link.bindAs('', 'password')).to.include({ right: false, server: undefined });
    expect(server.connections).to.equal(0);
  });

  it('goes on from range to range, and ends where a server does not get on', async () => {
    const ranges: Readonly<Record<string, string>> = {
      member: 'member;range=0-1',
      'member;range=2-*': 'member;range=2-3',
      'member;range=4-*': 'member;range=4-*',
      endless: 'endless;range=0-1',
      'endless;range=2-*': 'endless;range=0-1',
    };
    await using server = await scriptedServer({
      answer: ({ id, tag, content }) => {
        const asked = Object.keys(ranges).findLast((name) => content.subarray(-name.length).equals(Buffer.from(name)));
        const values = asked === undefined ? {} : { [ranges[asked] ?? '']: [`${asked} a`, `${asked} b`] };
        return Buffer.concat([...(tag === ASKED.search ? [found(id, 'cn=g', values)] : []), result({ id, tag }, 0)]);
      },
    });
    using link = linkBy(optionsOf([server]));
    await link.withService(async (ldap) => {
      const all = (await Array.fromAsync(ldap.values('cn=g', 'member'))).flat();
      expect(all).to.have.length(6);
      expect(new Set(all).size).to.equal(6);
      expect(await Array.fromAsync(ldap.values('cn=g', 'endless'))).to.have.length(2);
      expect(await Array.fromAsync(ldap.values('cn=g', 'nothing'))).to.deep.equal([]);
    });
  });

  it('reads the password that a server made up (RFC 3062)', async () => {
    await using server = await scriptedServer({
      answer: yes(({ id, tag }) =>
        tag === ASKED.extended
          ? message(
              id,
              element(0x78, integer(0, 0x0a), octets(''), octets(''), octets(sequence(octets('made up', 0x80)), 0x8b)),
            )
          : undefined,
      ),
    });
    using link = linkBy(optionsOf([server]));
    const made = await link.withService((ldap) => ldap.passwordModify({ user: 'cn=x' }));
    expect(made.generated).to.equal('made up');
  });
});

describe('TLS to a directory', () => {
  it('goes by StartTLS before a word is said that others must not hear', async () => {
    await using server = await scriptedServer({ security: 'starttls', answer: yes() });
    using link = linkBy(optionsOf([server]));
    expect(await link.bindAs('cn=x', 'password')).to.include({ right: true });
    expect(server.asked.map(({ tag }) => tag).slice(0, 2)).to.deep.equal([ASKED.extended, ASKED.bind]);
  });

  for (const [what, answer, code] of [
    ['refuses StartTLS', ({ id, tag }: Asked) => result({ id, tag }, 2, { diagnostic: 'no TLS' }), 'tls'],
    [
      'says more than yes before the handshake',
      (asked: Asked) => Buffer.concat([result(asked, 0), result({ id: 2, tag: ASKED.bind }, 0)]),
      'garbage',
    ],
    ['answers StartTLS with garbage', () => Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'garbage'],
    ['resets the connection at StartTLS', () => 'reset' as const, 'unreachable'],
    [
      'answers StartTLS with a list of controls that is cut off',
      () => Buffer.from('300e02010178070a010004000400a020', 'hex'),
      'garbage',
    ],
  ] as const) {
    it(`sends no password to a server that ${what}`, async () => {
      await using server = await scriptedServer({ security: 'none', answer });
      using link = linkBy(optionsOf([server]));
      const failure = await failureOf(link.bindAs('cn=x', 'password'));
      expect(failure).to.include({ code, outcomeUnknown: false });
      expect(server.asked.map(({ tag }) => tag)).to.deep.equal([ASKED.extended]);
    });
  }

  it('sends no password in the clear, though the server would take it', async () => {
    await using server = await scriptedServer({ security: 'none', answer: yes() });
    using link = linkBy(optionsOf([server]), { connect: 500 });
    expect((await failureOf(link.bindAs('cn=x', 'password'))).isOutage).to.be.true;
    expect(server.asked.map(({ tag }) => tag)).to.deep.equal([ASKED.extended]);
    using plain = linkBy(optionsOf([server], { plain: true }));
    expect(await plain.bindAs('cn=x', 'password')).to.include({ right: true });
  });

  it('refuses versions before 1.2', async () => {
    await using server = await scriptedServer({ maxVersion: 'TLSv1.1', certified: LOCALHOST, answer: yes() });
    using link = linkBy(optionsOf([server]));
    expect(await failureOf(link.bindAs('cn=x', 'password'))).to.include({ code: 'tls', outcomeUnknown: false });
    expect(server.asked).to.deep.equal([]);
  });
});

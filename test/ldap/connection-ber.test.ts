import { expect } from 'chai';
import { array, assert, integer as anyInteger, property, uint8Array } from 'fast-check';
import { BerReader, BerWriter } from 'ldapts';
import { messageOf } from '../../plugins/ldap/connection/answers.ts';
import {
  element,
  elements,
  integer,
  Malformed,
  numberOf,
  octets,
  sequence,
  within,
} from '../../plugins/ldap/connection/ber.ts';
import { Entry } from '../../plugins/ldap/connection/entry.ts';
import { frames } from '../../plugins/ldap/connection/frames.ts';
import { passwordPolicyOf } from '../../plugins/ldap/connection/password-policy.ts';
import { found, result } from './scripted-server.ts';

describe('BER', () => {
  it('writes numbers and octets as ldapts does, and reads them back', () => {
    assert(
      property(anyInteger(), uint8Array({ maxLength: 70_000 }), (number, bytes) => {
        const writer = new BerWriter();
        writer.startSequence();
        writer.writeInt(number);
        writer.writeBuffer(Buffer.from(bytes), 0x04);
        writer.endSequence();
        const written = sequence(integer(number), octets(Buffer.from(bytes)));
        // Its lengths have more bytes than they need, and mean the same.
        expect(within(writer.buffer)).to.deep.equal(within(written));
        const [first, second] = within(written);
        expect(numberOf(first?.content ?? Buffer.alloc(0))).to.equal(number);
        expect(second?.content).to.deep.equal(Buffer.from(bytes));
        const reader = new BerReader(written);
        reader.readSequence();
        expect(reader.readInt()).to.equal(number);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what is cut off or goes on, whatever the bytes are, by one error', () => {
    assert(
      property(uint8Array({ maxLength: 60 }), (bytes) => {
        for (const read of [elements, messageOf]) {
          try {
            read(Buffer.from(bytes));
          } catch (error) {
            expect(error).to.be.instanceOf(Malformed);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses an answer of which any byte was changed, or reads another answer, by that error alone', () => {
    const whole = found(7, 'cn=x', { cn: ['x'], member: ['a', 'b'] });
    assert(
      property(anyInteger({ min: 0, max: whole.length - 1 }), anyInteger({ min: 0, max: 255 }), (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        try {
          messageOf(changed);
        } catch (error) {
          expect(error).to.be.instanceOf(Malformed);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('Frames', () => {
  it('are the same however the stream was cut', () => {
    const sent = [
      result({ id: 1, tag: 0x60 }, 0),
      found(2, 'cn=x', { cn: ['x'.repeat(300)] }),
      result({ id: 2, tag: 0x63 }, 4),
    ];
    const bytes = Buffer.concat(sent);
    assert(
      property(array(anyInteger({ min: 0, max: bytes.length })), (cuts) => {
        const stream = frames();
        const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
        const read = places.slice(1).flatMap((end, at) => stream.push(bytes.subarray(places[at], end)));
        expect(read).to.deep.equal(sent);
        expect(stream.isWithin).to.be.false;
      }),
    );
  });

  it('put a long message together once', () => {
    const long = found(2, 'cn=x', { photo: ['x'.repeat(3_000_000)] });
    const stream = frames();
    const read: Buffer[] = [];
    for (let at = 0; at < long.length; at += 1000) read.push(...stream.push(long.subarray(at, at + 1000)));
    expect(read).to.deep.equal([long]);
  });
});

describe('What a password policy says', () => {
  const said = (...parts: readonly Buffer[]) =>
    passwordPolicyOf(new Map([['1.3.6.1.4.1.42.2.27.8.5.1', sequence(...parts)]]));
  const warning = (tag: number, value: number) => element(0xa0, integer(value, tag));

  it('is read in every form of the draft', () => {
    expect(said()).to.deep.equal({});
    expect(said(warning(0x80, 86_400))).to.deep.equal({ secondsUntilExpiry: 86_400 });
    expect(said(warning(0x81, 0), integer(0, 0x81))).to.deep.equal({ graceBinds: 0, error: 'passwordExpired' });
    expect(said(integer(8, 0x81))).to.deep.equal({ error: 'passwordInHistory' });
    expect(said(integer(99, 0x81))).to.deep.equal({});
  });

  it('is nothing where nothing, or nonsense, was said', () => {
    expect(passwordPolicyOf(new Map())).to.equal(undefined);
    expect(passwordPolicyOf(new Map([['1.3.6.1.4.1.42.2.27.8.5.1', Buffer.from('3085', 'hex')]]))).to.equal(undefined);
    expect(said(Buffer.from('8100', 'hex'))).to.equal(undefined);
  });
});

describe('An entry', () => {
  it('gives what it has of an attribute, whole or as a range', () => {
    const values = [Buffer.from('a'), Buffer.from('b')];
    expect(new Entry('cn=g', [['Member', values]]).range('member')).to.deep.equal({
      values: ['a', 'b'],
      next: undefined,
    });
    expect(
      new Entry('cn=g', [
        ['member;range=0-1499', values],
        ['member', []],
      ]).range('member').next,
    ).to.equal(1500);
    expect(new Entry('cn=g', [['member;range=1500-*', values]]).range('MEMBER').next).to.equal(undefined);
    expect(new Entry('cn=g', []).range('member')).to.deep.equal({ values: [], next: undefined });
  });
});

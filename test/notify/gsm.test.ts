import { expect } from 'chai';
import { shortMessage, shortMessages } from '../../src/notify/gsm.ts';

describe('the text of a short message', () => {
  it('is written in the default alphabet by the codes of 3GPP TS 23.038', () => {
    const vectors: Readonly<Record<string, readonly number[]>> = {
      '@£$¥': [0x00, 0x01, 0x02, 0x03],
      èéùìòÇ: [0x04, 0x05, 0x06, 0x07, 0x08, 0x09],
      ΔΦΓΛΩΠΨΣΘΞ: [0x10, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a],
      ÆæßÉ: [0x1c, 0x1d, 0x1e, 0x1f],
      '¡ÄÖÑÜ§¿äöñüà': [0x40, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x60, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f],
      'A_a #1': [0x41, 0x11, 0x61, 0x20, 0x23, 0x31],
      '€[]{}\\^~|': [0x65, 0x3c, 0x3e, 0x28, 0x29, 0x2f, 0x14, 0x3d, 0x40].flatMap((code) => [0x1b, code]),
    };
    for (const [text, codes] of Object.entries(vectors)) {
      expect(shortMessage(text), text).to.deep.include({ coding: 0, octets: Buffer.from(codes) });
    }
  });

  it('is written in UCS-2 where one character is not in that alphabet', () => {
    expect(shortMessage('ż1')).to.deep.include({ coding: 8, octets: Buffer.from([0x01, 0x7c, 0x00, 0x31]) });
    expect(shortMessage('\x1b')).to.include({ coding: 8 });
  });

  it('fits into one message with 160 septets or 70 units, where what is outside the alphabet counts twice', () => {
    const single = (text: string): boolean => shortMessage(text).parts === 1;
    expect(single('a'.repeat(160))).to.equal(true);
    expect(single('a'.repeat(161))).to.equal(false);
    expect(single(`${'a'.repeat(158)}€`)).to.equal(true);
    expect(single(`${'a'.repeat(159)}€`)).to.equal(false);
    expect(single('ż'.repeat(70))).to.equal(true);
    expect(single('ż'.repeat(71))).to.equal(false);
    expect(single(`${'ż'.repeat(68)}😀`)).to.equal(true);
    expect(single(`${'ż'.repeat(69)}😀`)).to.equal(false);
  });

  it('takes another message with every 153 septets or 67 units once it is longer than one', () => {
    expect(shortMessages('a'.repeat(306))).to.equal(2);
    expect(shortMessages('a'.repeat(307))).to.equal(3);
    expect(shortMessages('ż'.repeat(134))).to.equal(2);
    expect(shortMessages('ż'.repeat(135))).to.equal(3);
  });
});

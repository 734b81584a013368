import { createRequire } from 'node:module';
import { expect } from 'chai';
import type readQr from 'jsqr';
import { qrCode } from '../../plugins/sspr/qr.ts';
import type { QrCode } from '../../plugins/sspr/qr.ts';

// Its types describe a module, what it ships is none.
const read = createRequire(import.meta.url)('jsqr') as (typeof readQr)['default'];

/** Pixels of a square, as a camera would see them. */
const SCALE = 4;

/** The picture that a browser makes of the path: RGBA, dark on white. */
const drawn = ({ size, path }: QrCode): { readonly pixels: Uint8ClampedArray; readonly width: number } => {
  const width = size * SCALE;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)].map(([, x, y, length]) => [x, y, length].map(Number));
  for (const [x = 0, y = 0, length = 0] of runs) {
    for (let row = y * SCALE; row < (y + 1) * SCALE; row += 1) {
      const begin = (row * width + x * SCALE) * 4;
      for (let at = begin; at < begin + length * SCALE * 4; at += 1) if (at % 4 !== 3) pixels[at] = 0;
    }
  }
  return { pixels, width };
};

describe('QR codes', () => {
  it('are read by a reader of others as what they were made from', async () => {
    for (const text of [
      'a',
      'otpauth://totp/Example:%C3%A4nne?secret=AUL74TWOYXPKZGO4&issuer=Example',
      'ß'.repeat(300),
    ]) {
      const { pixels, width } = drawn(await qrCode(text));
      expect(read(pixels, width, width)?.data).to.equal(text);
    }
  });
});

import { expect } from 'chai';
import { fromBase32, toBase32 } from '../../plugins/sspr/otp/base32.ts';
import { find, followed, LOOK_AHEAD, stepAt, used, usual, wide } from '../../plugins/sspr/otp/device.ts';
import type { Device } from '../../plugins/sspr/otp/device.ts';
import { isCodeOf, oneTimePassword, typedCode } from '../../plugins/sspr/otp/one-time-password.ts';
import type { Algorithm } from '../../plugins/sspr/otp/one-time-password.ts';

const ASCII = '12345678901234567890';

/** Keys of RFC 6238 Appendix B: the digits again and again, as long as the hash (erratum 2866). */
const KEYS: Readonly<Record<Algorithm, Buffer>> = {
  'SHA-1': Buffer.from(ASCII),
  'SHA-256': Buffer.from(ASCII.repeat(2).slice(0, 32)),
  'SHA-512': Buffer.from(ASCII.repeat(4).slice(0, 64)),
};

/** RFC 6238 Appendix B: seconds, and the code under each hash. */
const TOTP: readonly (readonly [number, string, string, string])[] = [
  [59, '94287082', '46119246', '90693936'],
  [1111111109, '07081804', '68084774', '25091201'],
  [1111111111, '14050471', '67062674', '99943326'],
  [1234567890, '89005924', '91819424', '93441116'],
  [2000000000, '69279037', '90698825', '38618901'],
  [20000000000, '65353130', '77737706', '47863826'],
];

/** RFC 4226 Appendix D, counters 0 to 9. */
const HOTP = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];

const SIX = { algorithm: 'SHA-1', digits: 6 } as const;
const KEY = KEYS['SHA-1'];
const NOW = 1_900_000_000_000;

const app: Device = { secret: 'sealed', ...SIX, period: 30, next: 0, drift: 0 };
const button: Device = { secret: 'sealed', ...SIX, next: 0, drift: 0 };
const code = (counter: number): string => oneTimePassword(KEY, SIX, counter);
const step = stepAt(30, NOW);

describe('one-time passwords', () => {
  it('are those of RFC 6238 Appendix B, under each of its hashes', () => {
    for (const [seconds, ...codes] of TOTP) {
      for (const [at, algorithm] of (['SHA-1', 'SHA-256', 'SHA-512'] as const).entries()) {
        const shown = oneTimePassword(KEYS[algorithm], { algorithm, digits: 8 }, stepAt(30, seconds * 1000));
        expect(shown, `${algorithm} at ${String(seconds)}`).to.equal(codes[at]);
      }
    }
  });

  it('are those of RFC 4226 Appendix D', () => {
    expect(HOTP.map((_code, counter) => code(counter))).to.deep.equal(HOTP);
  });

  it('are right as a whole or not at all', () => {
    expect(isCodeOf(KEY, SIX, 0, '755224')).to.equal(true);
    for (const wrong of ['', '75522', '7552244', '755225', '755224 ', '７５５２２４']) {
      expect(isCodeOf(KEY, SIX, 0, wrong), wrong).to.equal(false);
    }
  });

  it('may be typed with blanks and hyphens, and in wide digits', () => {
    for (const typed of ['755 224', ' 755-224\n', '7 5 5 2 2 4', '７５５２２４'])
      expect(typedCode(typed)).to.equal('755224');
  });
});

describe('keys in base 32', () => {
  it('are those of RFC 4648 section 10, without padding', () => {
    const vectors = { f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' };
    for (const [text, encoded] of Object.entries(vectors)) {
      expect(toBase32(Buffer.from(text))).to.equal(encoded);
      expect(fromBase32(encoded)?.toString()).to.equal(text);
    }
    expect(fromBase32('mzxw 6ytb-oi======')?.toString()).to.equal('foobar');
  });

  it('are nothing else', () => {
    for (const wrong of ['1', 'MZXW0', 'ÄÖ', 'MZ=XW', '+/']) expect(fromBase32(wrong), wrong).to.equal(undefined);
  });
});

describe('what a device shows', () => {
  const taken = (one: Device, given: string, now = NOW): number | undefined => find(KEY, one, [given], usual(one, now));

  it('is taken one step before and after that of our clock, and no further', () => {
    const wanted = [-2, -1, 0, 1, 2].map((off) => taken(app, code(step + off)));
    expect(wanted).to.deep.equal([undefined, step - 1, step, step + 1, undefined]);
  });

  it('is taken once, and nothing from before it ever', () => {
    const after = used(app, step);
    expect(taken(after, code(step))).to.equal(undefined);
    expect(taken(after, code(step - 1))).to.equal(undefined);
    expect(taken(after, code(step + 1))).to.equal(step + 1);
    const pressed = used(button, 3);
    for (const counter of [0, 1, 2, 3]) expect(taken(pressed, code(counter))).to.equal(undefined);
    expect(taken(pressed, code(4))).to.equal(4);
  });

  it('is looked for ten presses ahead, and no further', () => {
    expect(taken(button, code(LOOK_AHEAD - 1))).to.equal(9);
    expect(taken(button, code(LOOK_AHEAD))).to.equal(undefined);
  });

  it('is found by two consecutive codes within a hundred, and not by two others', () => {
    const two = (one: Device, first: number, second: number): number | undefined =>
      find(KEY, one, [code(first), code(second)], wide(one, NOW, 100));
    expect(two(button, 99, 100)).to.equal(100);
    expect(two(button, 100, 101)).to.equal(undefined);
    expect(two(button, 5, 7)).to.equal(undefined);
    expect(two(app, step + 90, step + 91)).to.equal(step + 91);
    expect(two(app, step - 101, step - 100)).to.equal(undefined);
    expect(two(used(button, 50), 50, 51)).to.equal(undefined);
  });

  it('is followed as its clock drifts, step by step and within reason', () => {
    const late = followed(app, step - 1, NOW);
    expect(late).to.include({ drift: -1, next: step });
    const later = NOW + 3_600_000;
    expect(taken(late, code(stepAt(30, later) - 2), later)).to.equal(stepAt(30, later) - 2);
    expect(taken(late, code(stepAt(30, later) + 1), later)).to.equal(undefined);
    expect(followed(app, step - 101, NOW)).to.include({ drift: 0, next: step - 100 });
    expect(followed(button, 7, NOW)).to.include({ drift: 0, next: 8 });
  });

  it('is judged with the same result however many counters are looked at', () => {
    expect(find(KEY, app, [code(step + 5)], usual(app, NOW), LOOK_AHEAD)).to.equal(undefined);
    expect(find(KEY, app, [code(step)], usual(app, NOW), LOOK_AHEAD)).to.equal(step);
  });
});

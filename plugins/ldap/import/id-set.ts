import { hash as hashOf } from 'node:crypto';

/** Words of a digest: 128 bits, in which no two ids fall together. */
const WORDS = 4;
const FIRST_SLOTS = 1024;

/** Ids of any length in some 50 bytes each, so that a directory of a million entries is remembered in 50 MB. */
export interface IdSet {
  readonly size: number;
  /** False where it was there already. */
  add(id: string): boolean;
  has(id: string): boolean;
}

/** As ids of entries are written: 128 bits already. */
const HEXADECIMAL = /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){2}-?[0-9a-f]{4}-?(?:[0-9a-f]{4}-?){3}$/;

const digestOf = (id: string): Uint32Array => {
  const digest = HEXADECIMAL.test(id) ? Buffer.from(id.replaceAll('-', ''), 'hex') : hashOf('sha256', id, 'buffer');
  const words = new Uint32Array(WORDS);
  // A first word of 0 means a free slot.
  for (let word = 0; word < WORDS; word += 1) words[word] = digest.readUInt32LE(word * 4) || 1;
  return words;
};

/** Ids that count up, or begin with the time, differ in one word only: each of them has its say. */
const mixed = (digest: Uint32Array): number =>
  digest.reduce((hash, word) => {
    const next = Math.imul(hash ^ word, 0x9e3779b1);
    return (next ^ (next >>> 15)) >>> 0;
  }, 0);

/** Where the digest is, or the free slot where it would be. */
const slotOf = (table: Uint32Array, digest: Uint32Array): number => {
  const slots = table.length / WORDS;
  let slot = mixed(digest) % slots;
  for (;;) {
    const at = slot * WORDS;
    if (table[at] === 0 || digest.every((word, offset) => table[at + offset] === word)) return at;
    slot = (slot + 1) % slots;
  }
};

export const idSet = (): IdSet => {
  let table = new Uint32Array(FIRST_SLOTS * WORDS);
  let size = 0;

  const grow = (): void => {
    const before = table;
    table = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += WORDS) {
      if (before[at] === 0) continue;
      const digest = before.subarray(at, at + WORDS);
      table.set(digest, slotOf(table, digest));
    }
  };

  return {
    get size() {
      return size;
    },
    add(id) {
      if (size * 2 * WORDS >= table.length) grow();
      const digest = digestOf(id);
      const at = slotOf(table, digest);
      if (table[at] !== 0) return false;
      table.set(digest, at);
      size += 1;
      return true;
    },
    has(id) {
      return table[slotOf(table, digestOf(id))] !== 0;
    },
  };
};

/** A text read from left to right. `looked` counts the characters looked at, which is the work of reading. */
export interface Reader {
  readonly looked: number;
  readonly at: number;
  readonly length: number;
  /** The next character; empty at the end. */
  peek(): string;
  skip(): void;
  /** What was read since that place. */
  since(start: number): string;
}

export const readerOf = (text: string): Reader => {
  let at = 0;
  let looked = 0;
  return {
    length: text.length,
    get looked() {
      return looked;
    },
    get at() {
      return at;
    },
    peek() {
      looked += 1;
      return text.charAt(at);
    },
    skip() {
      at += 1;
    },
    since(start) {
      looked += at - start;
      return text.slice(start, at);
    },
  };
};

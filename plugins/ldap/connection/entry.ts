/** Part of the values of an attribute, as Active Directory gives them (MS-ADTS section 3.1.1.3.1.3.3). */
export interface ValueRange {
  readonly values: readonly string[];
  /** Index at which more begin; nothing when these were the last. */
  readonly next: number | undefined;
}

const RANGE = /^(.+);range=(\d+)-(\d+|\*)$/i;

/** An entry of a directory. Names of attributes are found in any case; values are bytes until they are asked for. */
export class Entry {
  readonly dn: string;
  readonly #values = new Map<string, readonly Buffer[]>();

  constructor(dn: string, attributes: Iterable<readonly [name: string, values: readonly Buffer[]]>) {
    this.dn = dn;
    for (const [name, values] of attributes) this.#values.set(name.toLowerCase(), values);
  }

  /** As the server named them, in small letters. */
  get attributes(): readonly string[] {
    return [...this.#values.keys()];
  }

  has(attribute: string): boolean {
    return this.all(attribute).length > 0;
  }

  /** Bytes, as views of all that came with them: not to be kept. */
  all(attribute: string): readonly Buffer[] {
    return this.#values.get(attribute.toLowerCase()) ?? [];
  }

  /** Bytes of the first value, such as an objectGUID; a copy. */
  bytes(attribute: string): Buffer | undefined {
    const [first] = this.all(attribute);
    return first && Buffer.from(first);
  }

  /** The first value; most attributes have one. */
  text(attribute: string): string | undefined {
    return this.all(attribute)[0]?.toString('utf8');
  }

  texts(attribute: string): readonly string[] {
    return this.all(attribute).map((value) => value.toString('utf8'));
  }

  /** The values that the entry has of it, whether given whole or as a range. */
  range(attribute: string): ValueRange {
    const wanted = attribute.toLowerCase();
    for (const name of this.#values.keys()) {
      const [, of, , last] = RANGE.exec(name) ?? [];
      if (of === wanted) return { values: this.texts(name), next: last === '*' ? undefined : Number(last) + 1 };
    }
    return { values: this.texts(attribute), next: undefined };
  }
}

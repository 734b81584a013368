import { inspect } from 'node:util';

const SHOWN = '[confidential]';

/** A password, key or address with a password in it: it shows itself only to a caller who asks by name. */
export class Confidential {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

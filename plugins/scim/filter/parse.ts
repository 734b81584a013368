import { comparisons } from './filter.ts';
import type { AttributePath, Comparison, Filter, FilterValue } from './filter.ts';
import { attributePath } from './path.ts';
import { readerOf } from './reader.ts';
import type { Reader } from './reader.ts';
import { invalid, nextToken } from './token.ts';
import type { Token } from './token.ts';

export interface Limits {
  /** Characters. */
  readonly length: number;
  /** Parentheses and brackets within each other. */
  readonly depth: number;
  /** Comparisons and `pr`. */
  readonly clauses: number;
}

const LIMITS: Limits = { length: 8192, depth: 50, clauses: 200 };

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

const keyword = (token: Token): string => (token.kind === 'word' ? token.word.toLowerCase() : '');

const isComparison = (word: string): word is Comparison => comparisons.some((one) => one === word);

const literals: ReadonlyMap<string, FilterValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
] as const);

const valueOf = (token: Token): FilterValue => {
  if (token.kind === 'text') return token.value;
  const literal = literals.get(keyword(token));
  if (literal !== undefined) return literal;
  // Zero has no sign here: it could be told from the other nowhere.
  const number = token.kind === 'word' && NUMBER.test(token.word) ? Number(token.word) + 0 : NaN;
  if (!Number.isFinite(number)) throw invalid('a comparison needs a value of JSON');
  return number;
};

/** One token ahead of what was taken. */
interface Tokens {
  readonly next: Token;
  take(): Token;
}

const tokensOf = (reader: Reader): Tokens => {
  let next = nextToken(reader);
  return {
    get next() {
      return next;
    },
    take() {
      const taken = next;
      next = nextToken(reader);
      return taken;
    },
  };
};

/** A recursive descent along figure 1 of RFC 7644: `not` binds before `and`, that before `or`. */
class Parser {
  readonly #tokens: Tokens;
  readonly #limits: Limits;
  #depth = 0;
  #clauses = 0;

  constructor(reader: Reader, limits: Limits) {
    this.#tokens = tokensOf(reader);
    this.#limits = limits;
  }

  whole(within: boolean): Filter {
    const filter = this.#or(within);
    if (this.#tokens.next.kind !== 'end') throw invalid('a filter goes on after its end');
    return filter;
  }

  #or(within: boolean): Filter {
    return this.#chain('or', () => this.#chain('and', () => this.#term(within)));
  }

  #chain(kind: 'and' | 'or', part: () => Filter): Filter {
    const first = part();
    const others: Filter[] = [];
    while (keyword(this.#tokens.next) === kind) {
      this.#tokens.take();
      others.push(part());
    }
    return others.length === 0 ? first : { kind, of: [first, ...others] };
  }

  #term(within: boolean): Filter {
    const token = this.#tokens.take();
    if (token.kind === '(') return this.#enclosed(')', within);
    if (token.kind !== 'word') throw invalid('a filter has something else where an attribute belongs');
    // An attribute may be called so, but no attribute is followed by a parenthesis.
    if (keyword(token) === 'not' && this.#tokens.next.kind === '(') {
      this.#tokens.take();
      return { kind: 'not', of: this.#enclosed(')', within) };
    }
    const path = attributePath(token.word);
    if (!path) throw invalid('a filter has something else where an attribute belongs');
    if (within && (path.schema !== undefined || path.sub !== undefined)) {
      throw invalid('in brackets only sub-attributes can be named');
    }
    return this.#tokens.next.kind === '[' ? this.#valuePath(path, within) : this.#condition(path);
  }

  #enclosed(end: ')' | ']', within: boolean): Filter {
    this.#depth += 1;
    if (this.#depth > this.#limits.depth) throw invalid('a filter is nested too deeply');
    const inner = this.#or(within);
    if (this.#tokens.take().kind !== end) throw invalid(`a filter lacks a "${end}"`);
    this.#depth -= 1;
    return inner;
  }

  #condition(path: AttributePath): Filter {
    this.#clauses += 1;
    if (this.#clauses > this.#limits.clauses) throw invalid('a filter has too many conditions');
    const op = keyword(this.#tokens.take());
    if (op === 'pr') return { kind: 'present', path };
    if (!isComparison(op)) throw invalid('a filter lacks an operator after an attribute');
    return { kind: 'compare', path, op, value: valueOf(this.#tokens.take()) };
  }

  #valuePath(path: AttributePath, within: boolean): Filter {
    if (within || path.sub !== undefined) throw invalid('brackets stand after a multi-valued attribute only');
    this.#tokens.take();
    const inner = this.#enclosed(']', true);
    const sub = this.#tokens.next;
    if (sub.kind !== 'word' || !sub.joined || !sub.word.startsWith('.')) return { kind: 'valuePath', path, of: inner };
    // `emails[type eq "work"].value eq "…"` is no filter of figure 1, but what Entra ID sends to look for a work mail.
    const subPath = attributePath(sub.word.slice(1));
    if (!subPath || subPath.sub !== undefined || subPath.schema !== undefined)
      throw invalid('a sub-attribute is no name');
    this.#tokens.take();
    return { kind: 'valuePath', path, of: { kind: 'and', of: [inner, this.#condition(subPath)] } };
  }
}

/** A filter of RFC 7644 section 3.4.2.2. Throws `ScimError` `invalidFilter` and nothing else, in time linear in its length. */
export const parseFilter = (text: string, limits: Limits = LIMITS): Filter => parseFrom(readerOf(text), limits);

/** What stands in the brackets of a path (`valFilter`), where names are those of sub-attributes. */
export const parseValueFilter = (text: string): Filter => parseFrom(readerOf(text), LIMITS, true);

/** The same, of a reader that tells afterwards how much work it was. */
export const parseFrom = (reader: Reader, limits: Limits, within = false): Filter => {
  if (reader.length > limits.length) throw invalid('a filter is too long');
  return new Parser(reader, limits).whole(within);
};

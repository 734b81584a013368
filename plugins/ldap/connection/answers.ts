import { elements, Malformed, numberOf, tagged, TAG, within } from './ber.ts';
import type { Element } from './ber.ts';
import { Entry } from './entry.ts';
import type { Controls } from './ldap.ts';

/** How an operation ended (LDAPResult, RFC 4511 section 4.1.9). */
export interface Result {
  readonly kind: 'result';
  readonly code: number;
  readonly matchedDn: string;
  readonly diagnostic: string;
  readonly controls: Controls;
  /** Of an extended operation. */
  readonly name?: string;
  readonly value?: Buffer;
}

export type Body =
  | Result
  | { readonly kind: 'entry'; readonly entry: Entry; readonly controls: Controls }
  | { readonly kind: 'reference'; readonly urls: readonly string[] }
  | { readonly kind: 'intermediate'; readonly name?: string; readonly value?: Buffer };

export interface Message {
  /** Of the request; 0 for what the server says unasked. */
  readonly id: number;
  readonly body: Body;
}

const RESULTS: ReadonlySet<number> = new Set([0x61, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x78]);

const text = (found: Element | undefined, tag: number = TAG.octets): string => tagged(found, tag).toString('utf8');

/** Active Directory ends its words with NUL, which no store keeps. */
const words = (found: Element | undefined): string => text(found).replaceAll('\0', '');

const controlsOf = (found: Element | undefined): Controls => {
  if (!found) return new Map();
  return new Map(
    elements(tagged(found, 0xa0)).map((one) => {
      const [oid, ...rest] = elements(tagged(one, TAG.sequence));
      const value = rest.find(({ tag }) => tag === TAG.octets);
      return [text(oid), value?.content ?? Buffer.alloc(0)];
    }),
  );
};

const resultOf = (content: Buffer, controls: Controls): Result => {
  const [code, matchedDn, diagnostic, ...rest] = elements(content);
  const name = rest.find(({ tag }) => tag === 0x8a);
  const value = rest.find(({ tag }) => tag === 0x8b);
  return {
    kind: 'result',
    code: numberOf(tagged(code, TAG.enumerated)),
    matchedDn: text(matchedDn),
    diagnostic: words(diagnostic),
    controls,
    ...(name ? { name: name.content.toString('utf8') } : {}),
    ...(value ? { value: value.content } : {}),
  };
};

const entryOf = (content: Buffer): Entry => {
  const [dn, attributes] = elements(content);
  const pairs = elements(tagged(attributes, TAG.sequence)).map((one): [string, readonly Buffer[]] => {
    const [name, values] = elements(tagged(one, TAG.sequence));
    return [text(name), elements(tagged(values, TAG.set)).map((value) => tagged(value, TAG.octets))];
  });
  return new Entry(text(dn), pairs);
};

/** RFC 4511 section 4.13. */
const intermediateOf = (content: Buffer): Body => {
  const parts = elements(content);
  const name = parts.find(({ tag }) => tag === 0x80);
  const value = parts.find(({ tag }) => tag === 0x81);
  return {
    kind: 'intermediate',
    ...(name ? { name: name.content.toString('utf8') } : {}),
    ...(value ? { value: value.content } : {}),
  };
};

const bodyOf = ({ tag, content }: Element, controls: Controls): Body => {
  if (RESULTS.has(tag)) return resultOf(content, controls);
  if (tag === 0x64) return { kind: 'entry', entry: entryOf(content), controls };
  if (tag === 0x73) return { kind: 'reference', urls: elements(content).map((url) => text(url)) };
  if (tag === 0x79) return intermediateOf(content);
  throw new Malformed(`0x${tag.toString(16)} is no answer`);
};

/**
 * Reads one whole message. Throws {@link Malformed}.
 *
 * Not by ldapts: it leaves out controls that came unasked and all those of a refused bind, which say why somebody is
 * refused; it reads values as text where they look like it, and a list of controls that is cut off without end.
 */
export const messageOf = (frame: Buffer): Message => {
  const [id, operation, controls] = within(frame);
  if (!operation) throw new Malformed('a message without content');
  return { id: numberOf(tagged(id, TAG.integer)), body: bodyOf(operation, controlsOf(controls)) };
};

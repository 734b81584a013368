import type { Filter, FilterValue, Substrings } from '../filter.ts';
import { element, octets } from './ber.ts';

/** Context tags of RFC 4511 section 4.5.1; constructed where they hold more than octets. */
const TAGS = { and: 0xa0, or: 0xa1, not: 0xa2, eq: 0xa3, parts: 0xa4, ge: 0xa5, le: 0xa6, approx: 0xa8 } as const;
const PRESENT = 0x87;
const MATCHES = 0xa9;

const pieces = ({ initial, any = [], final }: Substrings): Buffer => {
  const piece = (tag: number) => (value: FilterValue) => octets(value, tag);
  return element(
    0x30,
    ...(initial === undefined ? [] : [initial].map(piece(0x80))),
    ...any.map(piece(0x81)),
    ...(final === undefined ? [] : [final].map(piece(0x82))),
  );
};

/** A filter as it goes out. */
export const filterBer = (filter: Filter): Buffer => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return element(TAGS[filter.kind], ...filter.of.map(filterBer));
    case 'not':
      return element(TAGS.not, filterBer(filter.of));
    case 'present':
      return octets(filter.attribute, PRESENT);
    case 'parts':
      return element(TAGS.parts, octets(filter.attribute), pieces(filter.parts));
    case 'matches':
      return element(
        MATCHES,
        ...(filter.rule === undefined ? [] : [octets(filter.rule, 0x81)]),
        ...(filter.attribute === undefined ? [] : [octets(filter.attribute, 0x82)]),
        octets(filter.value, 0x83),
        ...(filter.dnAttributes ? [element(0x84, Buffer.from([0xff]))] : []),
      );
    default:
      return element(TAGS[filter.kind], octets(filter.attribute), octets(filter.value));
  }
};

const V6_GROUPS = 8;

/** The eight groups of an IPv6 address, without a zone. */
const groupsOf = (address: string): readonly string[] => {
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, V6_GROUPS - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right];
};

/** One line or one house: an IPv4 address, or an IPv6 /64, which is the least that a customer has. */
export const lineOf = (address: string): string =>
  address.includes(':') ? groupsOf(address).slice(0, 4).join(':') : address;

/** One site or a few neighbours: an IPv4 /24, or an IPv6 /48, which anybody gets who asks for it (RFC 6177). */
export const siteOf = (address: string): string =>
  address.includes(':') ? groupsOf(address).slice(0, 3).join(':') : address.split('.').slice(0, 3).join('.');

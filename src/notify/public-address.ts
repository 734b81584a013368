import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList } from 'node:net';
import type { LookupFunction } from 'node:net';

/** The special-purpose registries of IANA (RFC 6890), and what leads on to IPv4 (RFC 4291, RFC 6052, RFC 3056, RFC 4380). */
const NOT_PUBLIC: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['::ffff:0:0', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

const blockedOf = (family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const [net, prefix, type] of NOT_PUBLIC) if (type === family) list.addSubnet(net, prefix, type);
  return list;
};

// One each: a list of both takes an address of IPv4 for the same one mapped into IPv6, all of which are blocked.
const [notPublic4, notPublic6] = [blockedOf('ipv4'), blockedOf('ipv6')];

/** Whether anybody on the internet could be reached there, and nobody of the network behind us. */
export const isPublicAddress = ({ address, family }: LookupAddress): boolean =>
  family === 6 ? !notPublic6.check(address, 'ipv6') : !notPublic4.check(address, 'ipv4');

class NotPublic extends Error {
  readonly code = 'private address';
}

/**
 * Looks a name up for a connection, and refuses one that leads to an address that is not public. The address that was
 * looked at is the one that is connected to: asking twice would let a name answer differently the second time.
 */
export const publicLookup: LookupFunction = (hostname, { all: _all, ...options }, answered) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) answered(error, []);
    else if (addresses.every(isPublicAddress)) answered(null, addresses);
    else answered(new NotPublic('the name leads to an address that is not public'), []);
  });
};

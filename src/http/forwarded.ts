import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Middleware } from './context.ts';

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

const plain = (address: string): string => address.replace(MAPPED, '');

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** @param proxies addresses and CIDR ranges */
export const trustedProxies = (proxies: readonly string[]): ((address: string) => boolean) => {
  if (proxies.length === 0) return () => false;
  const list = new BlockList();
  for (const proxy of proxies) {
    const [network = '', bits] = proxy.split('/');
    if (bits === undefined) list.addAddress(network, family(network));
    else list.addSubnet(network, Number(bits), family(network));
  }
  return (address) => isIP(address) !== 0 && list.check(address, family(address));
};

/**
 * The nearest address of X-Forwarded-For that is no proxy of ours, read from the right: what stands further left was
 * written by the client itself. Without trust in the peer, the peer.
 */
export const clientAddress = (
  peer: string,
  forwardedFor: string | undefined,
  trusted: (address: string) => boolean,
): string => {
  let nearest = plain(peer);
  for (const hop of (forwardedFor ?? '').split(',').reverse()) {
    if (!trusted(nearest)) break;
    const address = plain(hop.trim());
    if (isIP(address) === 0) break;
    nearest = address;
  }
  return nearest;
};

const UNTRUSTED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-server'];

/** The request as if it had been addressed to the issuer, whatever its client or a proxy wrote. */
const readdress = (headers: IncomingHttpHeaders, issuer: URL): void => {
  for (const name of UNTRUSTED) Reflect.deleteProperty(headers, name);
  headers.host = issuer.host;
  headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
};

/**
 * Finds the client's address, then makes the request's host and scheme those of the issuer. Links and cookies built
 * further on (also by oidc-provider, which reads the Host header) can then only be ours: a forged Host, Forwarded or
 * X-Forwarded-* header reaches nobody. Koa's `proxy` must be on, for it to read the scheme set here.
 */
export const forwarded = (issuer: string, proxies: readonly string[]): Middleware => {
  const url = new URL(issuer);
  const trusted = trustedProxies(proxies);
  return (ctx, next) => {
    ctx.state.address = clientAddress(ctx.req.socket.remoteAddress ?? '', ctx.get('x-forwarded-for'), trusted);
    ctx.request.ip = ctx.state.address;
    readdress(ctx.req.headers, url);
    return next();
  };
};

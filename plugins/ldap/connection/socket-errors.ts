import { Malformed } from './ber.ts';

export const errorCode = (error: Error): string => ('code' in error ? String(error.code) : error.name);

/** What the network does, as opposed to what was wrong with what came over it. */
const NETWORK = /^(E(CONN|HOST|NET|TIMEDOUT|PIPE|AI_|ADDR|ACCES)|ENOTFOUND)/;

/** Of bytes that are no TLS, or not the TLS that was begun. */
const NO_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|INVALID_RECORD|.*BAD_RECORD)/;

/** What an error of a socket, or of reading from it, means for whoever asked. */
export const kindOf = (error: Error): 'unreachable' | 'tls' | 'garbage' => {
  const code = errorCode(error);
  if (error instanceof Malformed || NO_TLS.test(code)) return 'garbage';
  return NETWORK.test(code) ? 'unreachable' : 'tls';
};

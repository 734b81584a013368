import { AppError } from '../kernel/errors.ts';

const LISTENING: Readonly<Record<string, (address: string) => string>> = {
  EADDRINUSE: (address) => `${address} is in use by another program: stop that one, or choose another PORT`,
  EACCES: (address) => `${address} may not be listened on by this user: choose a PORT above 1023`,
  EADDRNOTAVAIL: (address) => `${address} is not an address of this machine: choose another HOST`,
  ENOTFOUND: (address) => `${address} is not known by any name: choose another HOST`,
};

// In one of several processes that share a port it is the bind that fails.
const LISTENING_CALLS = new Set(['listen', 'bind', 'getaddrinfo']);

const system = (error: Error): string | undefined => {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || !LISTENING_CALLS.has(syscall ?? '')) return undefined;
  const { address, hostname, port } = error as { address?: string; hostname?: string; port?: number };
  const where = [address ?? hostname ?? '', port === undefined ? '' : String(port)].filter((part) => part !== '');
  return LISTENING[code]?.(where.join(':'));
};

/**
 * What to print when the program cannot go on: one sentence for what an operator can mend, the whole error for what
 * only a developer can.
 */
export const failure = (error: unknown): string => {
  if (error instanceof AppError && error.code !== 'internal') return `latchkey: ${error.message}`;
  if (!(error instanceof Error)) return `latchkey: ${String(error)}`;
  const sentence = system(error);
  return sentence === undefined ? `latchkey: ${error.stack ?? error.message}` : `latchkey: ${sentence}`;
};

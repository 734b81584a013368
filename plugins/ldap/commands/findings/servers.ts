import { TLSSocket } from 'node:tls';
import { DAY } from '../../../../src/kernel/clock.ts';
import type { Clock } from '../../../../src/kernel/clock.ts';
import type { Finding } from '../../../../src/plugin.ts';
import type { DirectoryAuthority } from '../../authority/authority.ts';
import { prepare } from '../../connection/dialling.ts';
import { LdapFailure } from '../../connection/failure.ts';
import { secureSocket } from '../../connection/secure-socket.ts';
import { serverAt } from '../../connection/servers.ts';

/** Certificates that end within so many days are worth a word. */
const SOON_DAYS = 30;

/** When the certificate that a server shows ends (epoch milliseconds); undefined without TLS. Throws `LdapFailure`. */
const certificateEnd = async ({ config }: DirectoryAuthority, url: string): Promise<number | undefined> => {
  const { trust, requests } = await prepare(config);
  const socket = await secureSocket(serverAt(url, config.plain === true), trust, requests, config.timeouts.connect);
  try {
    return socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : undefined;
  } finally {
    socket.destroy();
  }
};

const whatToDo = ({ code }: LdapFailure): string => {
  if (code === 'tls') {
    return 'Name the authority that signed the certificate by ca, and by serverName the name in it where that is not the host.';
  }
  return 'See that the server runs, that its name resolves here, and that no firewall stands between.';
};

const ended = (clock: Clock, at: number): string => {
  const days = Math.floor((at - clock.now()) / DAY);
  return `its certificate ends on ${new Date(at).toISOString().slice(0, 10)}, in ${String(days)} days`;
};

const serverFinding = async (
  directory: DirectoryAuthority,
  clock: Clock,
  about: string,
  url: string,
): Promise<Finding> => {
  try {
    const end = await certificateEnd(directory, url);
    if (end === undefined) {
      const advice = 'Use ldaps:// or StartTLS: leave plain out.';
      return { level: 'warning', about, text: `${url} answers in the clear.`, advice };
    }
    const text = `${url} answers by TLS; ${ended(clock, end)}.`;
    return end < clock.now() + SOON_DAYS * DAY
      ? {
          level: 'warning',
          about,
          text,
          advice: 'Renew it in time: no password is sent to a server that cannot show a good one.',
        }
      : { level: 'ok', about, text };
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    const { code, diagnostic } = error;
    return {
      level: 'error',
      about,
      text: `${url} cannot be used (${String(code)}): ${diagnostic}`,
      advice: whatToDo(error),
    };
  }
};

/** Each server of a directory; where others stand in, one that is gone is a warning only. */
export const serverFindings = async (
  directory: DirectoryAuthority,
  clock: Clock,
  about: string,
): Promise<readonly Finding[]> => {
  try {
    const servers = await directory.link.servers();
    const found = await Promise.all(servers.map(({ url }) => serverFinding(directory, clock, about, url)));
    const works = found.some(({ level }) => level !== 'error');
    return found.map((each) => (works && each.level === 'error' ? { ...each, level: 'warning' } : each));
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return [{ level: 'error', about, text: error.message, advice: whatToDo(error) }];
  }
};

import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  element,
  elements,
  integer,
  numberOf,
  octets,
  sequence,
  TAG,
  within,
} from '../../plugins/ldap/connection/ber.ts';
import { frames } from '../../plugins/ldap/connection/frames.ts';
import { LOCALHOST } from '../support/certificate.ts';
import type { Certified } from '../support/certificate.ts';

/** Tags of requests (RFC 4511 section 4.2 and following). */
export const ASKED = { bind: 0x60, unbind: 0x42, search: 0x63, modify: 0x66, extended: 0x77 } as const;

export interface Asked {
  readonly id: number;
  readonly tag: number;
  readonly content: Buffer;
  /** Object identifiers of the controls. */
  readonly controls: readonly string[];
  /** Which connection it came on, from 0. */
  readonly connection: number;
}

/** Bytes to send, `reset` to end the connection, or nothing at all. */
export type Reply = Buffer | 'reset' | 'silence';

interface Script {
  readonly security?: 'tls' | 'none' | 'starttls';
  readonly certified?: Certified;
  readonly maxVersion?: 'TLSv1.1';
  answer(asked: Asked): Reply | Promise<Reply>;
  /** Says its reply to a search again and again, with so many milliseconds between. */
  readonly dripping?: number;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly asked: readonly Asked[];
  /** Connections so far. */
  readonly connections: number;
  /** Open now. */
  readonly open: number;
  /** Of those open at once, the most there have been. */
  readonly most: number;
  /** Ends all that are open. */
  hangUp(): void;
}

export interface Said {
  readonly diagnostic?: string;
  readonly controls?: readonly (readonly [oid: string, value: Buffer])[];
}

/** One message: what a server says of an operation, with controls. */
export const message = (id: number, operation: Buffer, controls: Said['controls'] = []): Buffer =>
  sequence(
    integer(id),
    operation,
    ...(controls.length === 0
      ? []
      : [element(0xa0, ...controls.map(([oid, value]) => sequence(octets(oid), octets(value))))]),
  );

/** The end of an operation: the answer to a request has its tag plus one, but for extended ones. */
export const result = ({ id, tag }: Pick<Asked, 'id' | 'tag'>, code: number, said: Said = {}): Buffer => {
  const body = [integer(code, TAG.enumerated), octets(''), octets(said.diagnostic ?? '')];
  const answer = tag === ASKED.search ? 0x65 : tag + 1;
  return message(id, element(answer, ...body), said.controls);
};

export const found = (id: number, dn: string, attributes: Readonly<Record<string, readonly string[]>>): Buffer => {
  const pairs = Object.entries(attributes).map(([name, values]) =>
    sequence(octets(name), element(TAG.set, ...values.map((value) => octets(value)))),
  );
  return message(id, element(0x64, octets(dn), sequence(...pairs)));
};

/** Name and password of a bind. */
export const credentials = ({ content }: Asked): readonly [string, string] => {
  const [, dn, password] = elements(content);
  return [dn?.content.toString() ?? '', password?.content.toString() ?? ''];
};

const askedIn = (frame: Buffer, connection: number): Asked => {
  const [id, operation, controls] = within(frame);
  if (!id || !operation) throw new Error('a client never sends this');
  const given = controls
    ? elements(controls.content).map((one) => elements(one.content)[0]?.content.toString() ?? '')
    : [];
  return { id: numberOf(id.content), ...operation, controls: given, connection };
};

/** A directory on loopback that says what a test makes it say, where no real one could be made to. */
export const scriptedServer = async (script: Script): Promise<ScriptedServer> => {
  const { security = 'tls', certified = LOCALHOST, maxVersion } = script;
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let most = 0;

  const secret = {
    ...certified,
    ...(maxVersion ? { maxVersion, minVersion: maxVersion, ciphers: 'ALL:@SECLEVEL=0' } : {}),
  };

  const secured = (raw: Socket): Socket =>
    new TLSSocket(raw, { isServer: true, ...secret }).on('error', () => undefined);

  const listen = (socket: Socket, raw: Socket, connection: number): void => {
    const stream = frames();
    const read = async (chunk: Buffer): Promise<void> => {
      for (const frame of stream.push(chunk)) {
        const one = askedIn(frame, connection);
        asked.push(one);
        if (one.tag === ASKED.unbind) continue;
        const upgrade = security === 'starttls' && one.tag === ASKED.extended;
        if (upgrade) socket.off('data', onData);
        const reply = await script.answer(one);
        if (reply === 'reset') raw.resetAndDestroy();
        else if (reply !== 'silence') socket.write(reply);
        if (script.dripping !== undefined && one.tag === ASKED.search) {
          const drip = setInterval(() => void socket.write(reply), script.dripping);
          raw.once('close', () => clearInterval(drip));
        }
        if (upgrade) listen(secured(raw), raw, connection);
      }
    };
    const onData = (chunk: Buffer): void => void read(chunk);
    socket.on('data', onData);
  };

  const accept = (socket: Socket): void => {
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    listen(security === 'tls' ? secured(socket) : socket, socket, connections);
    connections += 1;
  };

  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  const server = createServer(accept);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${security === 'tls' ? 'ldaps' : 'ldap'}://localhost:${port}`,
    port,
    asked,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    get most() {
      return most;
    },
    hangUp,
    async [Symbol.asyncDispose]() {
      hangUp();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Takes every password but those that begin with "wrong". */
export const right = (asked: Asked): Reply => {
  const refused = asked.tag === ASKED.bind && credentials(asked)[1].startsWith('wrong');
  return result(asked, refused ? 49 : 0);
};

export const binds = ({ asked }: ScriptedServer): number => asked.filter(({ tag }) => tag === ASKED.bind).length;

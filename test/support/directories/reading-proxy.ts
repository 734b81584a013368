import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { within } from '../../../plugins/ldap/connection/ber.ts';
import { frames } from '../../../plugins/ldap/connection/frames.ts';
import { LOCALHOST } from '../certificate.ts';
import { freePort } from '../free-port.ts';
import type { DirectoryServer } from './directory-server.ts';
import { endTogether } from './end-together.ts';

/** Tags of requests (RFC 4511 section 4.2 and following) that leave nothing behind. All others count. */
const READS: ReadonlySet<number> = new Set([0x42, 0x50, 0x63, 0x6e]);
const NAMES: Readonly<Record<number, string>> = { 0x60: 'bind', 0x66: 'modify', 0x77: 'extended' };

/** Id of a message and tag of its operation. */
const headOf = (frame: Buffer): readonly [id: number, tag: number] => {
  const [id, operation] = within(frame);
  if (!id || !operation) throw new Error('a message without content');
  return [id.content.readIntBE(0, id.content.length), operation.tag];
};

/** An entry or a reference of a search, of which more is to come; and what a server says in between. */
const isLast = (tag: number): boolean => ![0x64, 0x73, 0x79].includes(tag);

/** Stands in front of a directory, ends TLS there, and reads what is asked and answered. */
export interface ReadingProxy extends AsyncDisposable {
  /** Trust the certificate of tests' own servers there. */
  readonly ldapsUrl: string;
  /** Names from now on each answer to what may have left something in the directory. */
  begin(): void;
  /** Those that there were since then. */
  readonly answered: readonly string[];
  /** From now on waits before it hands on the answer of this name, which the directory has given. */
  before(name: string, wait: () => Promise<void>): void;
}

interface Naming {
  name(tag: number): string | undefined;
  wait(name: string): Promise<void>;
}

/** One client's connection and its twin to the directory. */
const relay = (client: TLSSocket, directory: TLSSocket, naming: Naming): void => {
  const asked = new Map<number, number>();
  const [requests, answers] = [frames(), frames()];
  let before: Promise<void> = Promise.resolve();

  const handOn = async (frame: Buffer): Promise<void> => {
    const [id, tag] = headOf(frame);
    const request = isLast(tag) ? asked.get(id) : undefined;
    const name = request === undefined || READS.has(request) ? undefined : naming.name(request);
    if (name !== undefined) await naming.wait(name);
    client.write(frame);
  };
  client.on('data', (bytes: Buffer) => {
    for (const frame of requests.push(bytes)) asked.set(...headOf(frame));
    directory.write(bytes);
  });
  directory.on('data', (bytes: Buffer) => {
    for (const frame of answers.push(bytes)) before = before.then(() => handOn(frame));
  });
  endTogether(client, directory);
};

export const startReadingProxy = async ({ host, port, caFile }: DirectoryServer): Promise<ReadingProxy> => {
  const ca = readFileSync(caFile);
  const open = new Set<TLSSocket>();
  const times = new Map<number, number>();
  const waits = new Map<string, () => Promise<void>>();
  const answered: string[] = [];
  let counting = false;
  const naming: Naming = {
    name(tag) {
      if (!counting) return undefined;
      const time = (times.get(tag) ?? 0) + 1;
      times.set(tag, time);
      const name = `${NAMES[tag] ?? `request 0x${tag.toString(16)}`} (${String(time)})`;
      answered.push(name);
      return name;
    },
    wait: async (name) => waits.get(name)?.(),
  };
  const own = await freePort();
  const server = createServer(LOCALHOST, (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    relay(client, connect({ host, port, ca, checkServerIdentity: () => undefined }), naming);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(own, 'localhost', resolve);
  });
  return {
    ldapsUrl: `ldaps://localhost:${String(own)}`,
    answered,
    begin() {
      counting = true;
    },
    before(name, wait) {
      waits.set(name, wait);
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const client of open) client.destroy();
      }),
  };
};

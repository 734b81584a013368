import { readFileSync } from 'node:fs';
import { createServer, connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import {
  element,
  elements,
  integer,
  numberOf,
  octets,
  sequence,
  tagged,
  TAG,
  within,
} from '../../../plugins/ldap/connection/ber.ts';
import type { Element } from '../../../plugins/ldap/connection/ber.ts';
import { frames } from '../../../plugins/ldap/connection/frames.ts';
import { LOCALHOST } from '../certificate.ts';
import { freePort } from '../free-port.ts';
import type { DirectoryServer } from './directory-server.ts';
import { endTogether } from './end-together.ts';

/** LDAP_SERVER_POLICY_HINTS_OID (MS-ADTS section 3.1.1.3.4.1.27). */
export const POLICY_HINTS = '1.2.840.113556.1.4.2239';

const REQUEST = { bind: 0x60, modify: 0x66 } as const;
const ANSWER = { bind: 0x61, entry: 0x64, modify: 0x67 } as const;
const CONTROLS = 0xa0;
const REFERRAL = 0xa3;

/** A control as it came (RFC 4511 section 4.1.11). */
export interface SentControl {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: string;
}

export interface SentModify {
  readonly dn: string;
  readonly attributes: readonly string[];
  /** Their values in hexadecimal. */
  readonly controls: readonly SentControl[];
}

/** What is answered instead of what the directory would say. */
export interface Refusal {
  readonly code: number;
  readonly diagnostic: string;
  /** URLs of servers that take writes (RFC 4511 section 4.1.10). */
  readonly referral?: readonly string[];
}

/** Stands in front of Samba as a domain controller of Windows would be: it knows policy hints, and may refuse. */
export interface WindowsController extends AsyncDisposable {
  /** Trust the certificate of tests' own servers there. */
  readonly ldapsUrl: string;
  /** Those that came, refused ones too, in their order. */
  readonly modifies: readonly SentModify[];
  /** The next modify gets this answer and does not reach the directory. */
  refuses(refusal: Refusal): void;
  /** From now on a right password of this entry is answered so; a wrong one as ever. */
  keepsOut(dn: string, refusal: Refusal): void;
}

const rebuilt = ({ tag, content }: Element): Buffer => element(tag, content);
const textOf = (one: Element | undefined): string => tagged(one, TAG.octets).toString('utf8');

const controlOf = (one: Element): SentControl => {
  const [oid, ...rest] = elements(tagged(one, TAG.sequence));
  const critical = rest.find(({ tag }) => tag === TAG.boolean);
  const value = rest.find(({ tag }) => tag === TAG.octets);
  return { oid: textOf(oid), critical: critical?.content[0] === 0xff, value: value?.content.toString('hex') ?? '' };
};

const modifyOf = (operation: Element, controls: readonly Element[]): SentModify => {
  const [dn, changes] = elements(operation.content);
  const attributes = elements(tagged(changes, TAG.sequence)).map((one) => {
    const [, modification] = elements(tagged(one, TAG.sequence));
    return textOf(elements(tagged(modification, TAG.sequence))[0]);
  });
  return { dn: textOf(dn), attributes, controls: controls.map(controlOf) };
};

/** Without the control that Samba would refuse as one that it does not know. */
const withoutHints = (id: Element, operation: Element, controls: readonly Element[]): Buffer => {
  const left = controls.filter((one) => controlOf(one).oid !== POLICY_HINTS).map(rebuilt);
  return sequence(rebuilt(id), rebuilt(operation), ...(left.length === 0 ? [] : [element(CONTROLS, ...left)]));
};

const refusedBy = (id: Element, answer: number, { code, diagnostic, referral }: Refusal): Buffer =>
  sequence(
    rebuilt(id),
    element(
      answer,
      integer(code, TAG.enumerated),
      octets(''),
      // Domain controllers end their words with NUL.
      octets(`${diagnostic}\0`),
      ...(referral ? [element(REFERRAL, ...referral.map((url) => octets(url)))] : []),
    ),
  );

/** The root DSE, with more among what it lists. */
const withListed = (id: Element, operation: Element, more: Readonly<Record<string, string>>): Buffer => {
  const [dn, attributes] = elements(operation.content);
  const listed = elements(tagged(attributes, TAG.sequence)).map((one) => {
    const [name, values] = elements(tagged(one, TAG.sequence));
    const listedToo = more[textOf(name)];
    if (listedToo === undefined) return rebuilt(one);
    const all = [...elements(tagged(values, TAG.set)).map(rebuilt), octets(listedToo)];
    return sequence(octets(textOf(name)), element(TAG.set, ...all));
  });
  return sequence(rebuilt(id), element(operation.tag, octets(textOf(dn)), sequence(...listed)));
};

const partsOf = (frame: Buffer): readonly [Element, Element, readonly Element[]] => {
  const [id, operation, controls] = within(frame);
  if (!id || !operation) throw new Error('a message without content');
  numberOf(id.content);
  return [id, operation, controls ? elements(tagged(controls, CONTROLS)) : []];
};

/** What a controller has been told, and is to say. */
interface Script {
  readonly modifies: SentModify[];
  readonly refusals: Refusal[];
  /** By DN. */
  readonly keptOut: Map<string, Refusal>;
  /** Of the root DSE: attributes with one value more. */
  readonly listed: Readonly<Record<string, string>>;
}

/** Name of a bind, after its version (RFC 4511 section 4.2). */
const nameOf = (bind: Element): string => textOf(elements(bind.content)[1]);
const succeeds = (answer: Element): boolean => elements(answer.content)[0]?.content[0] === 0;

const relay = (client: TLSSocket, directory: TLSSocket, { modifies, refusals, keptOut, listed }: Script): void => {
  const [requests, answers] = [frames(), frames()];
  let binding = '';
  client.on('data', (bytes: Buffer) => {
    for (const frame of requests.push(bytes)) {
      const [id, operation, controls] = partsOf(frame);
      if (operation.tag === REQUEST.bind) binding = nameOf(operation);
      if (operation.tag !== REQUEST.modify) {
        directory.write(frame);
        continue;
      }
      modifies.push(modifyOf(operation, controls));
      const refusal = refusals.shift();
      if (refusal) client.write(refusedBy(id, ANSWER.modify, refusal));
      else directory.write(withoutHints(id, operation, controls));
    }
  });
  directory.on('data', (bytes: Buffer) => {
    for (const frame of answers.push(bytes)) {
      const [id, operation] = partsOf(frame);
      const isRootDse = operation.tag === ANSWER.entry && textOf(elements(operation.content)[0]) === '';
      const barred = operation.tag === ANSWER.bind && succeeds(operation) ? keptOut.get(binding) : undefined;
      if (barred) client.write(refusedBy(id, ANSWER.bind, barred));
      else client.write(isRootDse ? withListed(id, operation, listed) : frame);
    }
  });
  endTogether(client, directory);
};

/** @param capability that it has besides those of Samba */
export const startWindowsController = async (
  { host, port, caFile }: DirectoryServer,
  capability?: string,
): Promise<WindowsController> => {
  const ca = readFileSync(caFile);
  const open = new Set<TLSSocket>();
  const listed = {
    supportedControl: POLICY_HINTS,
    ...(capability === undefined ? {} : { supportedCapabilities: capability }),
  };
  const script: Script = { modifies: [], refusals: [], keptOut: new Map(), listed };
  const own = await freePort();
  const server = createServer(LOCALHOST, (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    relay(client, connect({ host, port, ca, checkServerIdentity: () => undefined }), script);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(own, 'localhost', resolve);
  });
  return {
    ldapsUrl: `ldaps://localhost:${String(own)}`,
    modifies: script.modifies,
    refuses(refusal) {
      script.refusals.push(refusal);
    },
    keepsOut(dn, refusal) {
      script.keptOut.set(dn, refusal);
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

import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';

/** SMPP 3.4 section 5.1.2.1, as far as a client of ours has to do with it. */
const COMMAND = {
  genericNack: 0x80000000,
  submit: 0x00000004,
  deliver: 0x00000005,
  unbind: 0x00000006,
  bindTransceiver: 0x00000009,
  enquireLink: 0x00000015,
} as const;

const RESPONSE = 0x80000000;

export interface Submitted {
  readonly reference: string;
  readonly from: { readonly ton: number; readonly npi: number; readonly address: string };
  readonly to: { readonly ton: number; readonly npi: number; readonly address: string };
  readonly validity: string;
  readonly registered: number;
  readonly coding: number;
  readonly octets: Buffer;
  readonly text: string;
}

export interface Receipt {
  /** As in the text of appendix B, such as `DELIVRD`. */
  readonly stat: string;
  readonly err?: string;
  /** Whether the name of the message and its state are parameters of their own too (section 5.3.2). */
  readonly parameters?: { readonly state: number };
  /** Whether it is in the text. */
  readonly text?: boolean;
}

/** A short message service centre on loopback, written to the octets of the specification, whose mood can be set. */
export interface MessageCentre extends AsyncDisposable {
  readonly port: number;
  /** What was submitted, oldest first; what was refused included. */
  readonly submitted: readonly Submitted[];
  /** Names that were bound with, oldest first, refused ones included. */
  readonly binds: readonly string[];
  readonly enquiries: number;
  /** `command_status` of the answers to `submit_sm`, from now on. */
  status: number;
  /** Takes requests and answers none, from now on. */
  silent: boolean;
  /** Answers to `submit_sm` with octets that mean nothing, from now on. */
  garbling: boolean;
  /** Called with a message that is not answered yet. */
  arrived: (message: Submitted) => void | Promise<void>;
  /** Sends a receipt to whoever is bound; resolves to the `command_status` of the answer. */
  receipt(reference: string, receipt: Receipt): Promise<number>;
  /** Sends a message that somebody wrote, which is no receipt. */
  write(text: string): Promise<number>;
  /** Asks the client whether it is there. */
  enquire(): Promise<number>;
  /** Hangs up. */
  drop(): void;
}

const UNLIKE_ASCII: Readonly<Record<number, string>> = {
  0x00: '@',
  0x02: '$',
  0x04: 'è',
  0x05: 'é',
  0x11: '_',
  0x1e: 'ß',
  0x24: '¤',
  0x5b: 'Ä',
  0x5c: 'Ö',
  0x5e: 'Ü',
  0x7b: 'ä',
  0x7c: 'ö',
  0x7e: 'ü',
};

const textOf = (coding: number, octets: Buffer): string => {
  if (coding === 8) return new TextDecoder('utf-16be').decode(octets);
  const characters = [...octets].map((octet) => UNLIKE_ASCII[octet] ?? String.fromCharCode(octet));
  return characters.join('').replaceAll('\u001be', '€');
};

/** Reads one parameter after another. */
class Reader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  octet(): number {
    return this.#body[this.#at++] ?? 0;
  }

  cString(): string {
    const end = this.#body.indexOf(0, this.#at);
    const text = this.#body.subarray(this.#at, end).toString('latin1');
    this.#at = end + 1;
    return text;
  }

  octets(length: number): Buffer {
    this.#at += length;
    return this.#body.subarray(this.#at - length, this.#at);
  }

  /** Optional parameters (section 3.2.4.1). */
  rest(): ReadonlyMap<number, Buffer> {
    const found = new Map<number, Buffer>();
    while (this.#at + 4 <= this.#body.length) {
      const tag = this.#body.readUInt16BE(this.#at);
      const length = this.#body.readUInt16BE(this.#at + 2);
      this.#at += 4;
      found.set(tag, this.octets(length));
    }
    return found;
  }
}

const cString = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1');

const parameter = (tag: number, value: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
};

const frame = (command: number, status: number, sequence: number, body: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(16);
  [16 + body.length, command, status, sequence].forEach((value, at) => head.writeUInt32BE(value >>> 0, at * 4));
  return Buffer.concat([head, body]);
};

/** Section 4.4.1. */
const readSubmit = (body: Buffer, reference: string): Submitted => {
  const reader = new Reader(body);
  const address = () => ({ ton: reader.octet(), npi: reader.octet(), address: reader.cString() });
  reader.cString();
  const from = address();
  const to = address();
  reader.octets(3);
  reader.cString();
  const validity = reader.cString();
  const registered = reader.octet();
  reader.octet();
  const coding = reader.octet();
  reader.octet();
  const short = reader.octets(reader.octet());
  const octets = reader.rest().get(0x0424) ?? short;
  return { reference, from, to, validity, registered, coding, octets, text: textOf(coding, octets) };
};

/** Section 4.6.1. */
const deliverBody = (esmClass: number, text: string, parameters: readonly Buffer[] = []): Buffer => {
  const message = Buffer.from(text, 'latin1');
  return Buffer.concat([
    cString(''),
    Buffer.from([1, 1]),
    cString('491701234567'),
    Buffer.from([5, 0]),
    cString('Example'),
    Buffer.from([esmClass, 0, 0]),
    cString(''),
    cString(''),
    Buffer.from([0, 0, 0, 0, message.length]),
    message,
    ...parameters,
  ]);
};

interface Options {
  readonly port?: number;
  readonly password?: string;
  /** PEM, for a centre that is bound to over TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Names a message by how many there were before. */
  readonly reference?: (before: number) => string;
}

export const startMessageCentre = async (options: Options = {}): Promise<MessageCentre> => {
  const { password = 'secret', tls, reference = (before) => `id-${before + 1}` } = options;
  const submitted: Submitted[] = [];
  const binds: string[] = [];
  const sockets = new Set<Socket>();
  const answers = new Map<number, (status: number) => void>();
  let bound: Socket | undefined;
  let enquiries = 0;
  let sequence = 0;

  const submit = async (socket: Socket, number: number, body: Buffer): Promise<void> => {
    const message = readSubmit(body, reference(submitted.length));
    submitted.push(message);
    await mood.arrived(message);
    if (mood.silent) return;
    if (mood.garbling) socket.write(Buffer.alloc(64, 0xff));
    else if (mood.status !== 0) socket.write(frame(COMMAND.submit | RESPONSE, mood.status, number));
    else socket.write(frame(COMMAND.submit | RESPONSE, 0, number, cString(message.reference)));
  };

  const bind = (socket: Socket, number: number, body: Buffer): void => {
    const reader = new Reader(body);
    binds.push(reader.cString());
    const right = reader.cString() === password;
    if (right) bound = socket;
    // ESME_RINVPASWD
    socket.write(frame(COMMAND.bindTransceiver | RESPONSE, right ? 0 : 0x0e, number, cString('centre')));
  };

  const take = (socket: Socket, command: number, status: number, number: number, body: Buffer): void => {
    if (command === COMMAND.submit) void submit(socket, number, body);
    else if ((command & RESPONSE) !== 0) answers.get(number)?.(status);
    else if (mood.silent) return;
    else if (command === COMMAND.bindTransceiver) bind(socket, number, body);
    else if (command === COMMAND.enquireLink) {
      enquiries += 1;
      socket.write(frame(command | RESPONSE, 0, number));
    } else if (command === COMMAND.unbind) socket.end(frame(command | RESPONSE, 0, number));
    else socket.write(frame(COMMAND.genericNack, 0x03, number));
  };

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    let held: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 16 && held.length >= held.readUInt32BE(0)) {
        const whole = held.subarray(0, held.readUInt32BE(0));
        held = held.subarray(whole.length);
        take(socket, whole.readUInt32BE(4), whole.readUInt32BE(8), whole.readUInt32BE(12), whole.subarray(16));
      }
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      if (bound === socket) bound = undefined;
    });
  };

  const ask = (command: number, body?: Buffer): Promise<number> => {
    const number = (sequence += 1);
    return new Promise((resolve, reject) => {
      answers.set(number, resolve);
      if (!bound) reject(new Error('nobody is bound'));
      bound?.once('close', () => {
        reject(new Error('the client hung up'));
      });
      bound?.write(frame(command, 0, number, body));
    });
  };

  const server = tls ? createSecureServer(tls, serve) : createServer(serve);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));

  const mood: MessageCentre = {
    port: (server.address() as AddressInfo).port,
    submitted,
    binds,
    get enquiries() {
      return enquiries;
    },
    status: 0,
    silent: false,
    garbling: false,
    arrived: () => undefined,
    receipt(reference, { stat, err = '000', parameters, text = true }) {
      const words = `id:${reference} sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:${stat} err:${err} text:Your code`;
      const own = parameters
        ? [parameter(0x001e, cString(reference)), parameter(0x0427, Buffer.from([parameters.state]))]
        : [];
      return ask(COMMAND.deliver, deliverBody(0x04, text ? words : '', own));
    },
    write: (text) => ask(COMMAND.deliver, deliverBody(0, text)),
    enquire: () => ask(COMMAND.enquireLink),
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
  return mood;
};

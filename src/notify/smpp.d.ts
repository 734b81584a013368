/** The part of the library that we use; it brings no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';

  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    /** Parameters and TLVs by their names in the specification. */
    readonly [name: string]: unknown;
    response(fields?: Readonly<Record<string, unknown>>): Pdu;
  }

  export interface Session extends EventEmitter {
    bind_transceiver(fields: Readonly<Record<string, unknown>>, answered: (pdu: Pdu) => void): boolean;
    submit_sm(fields: Readonly<Record<string, unknown>>, answered: (pdu: Pdu) => void): boolean;
    enquire_link(answered: (pdu: Pdu) => void): boolean;
    unbind(answered: (pdu: Pdu) => void): boolean;
    send(pdu: Pdu): boolean;
    destroy(): void;
  }

  export const connect: (options: Readonly<Record<string, unknown>>, connected: () => void) => Session;
}

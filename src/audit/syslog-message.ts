import type { AuditRecord } from './record.ts';

/** Who says it, in every message (RFC 5424 sections 6.2.4 to 6.2.6). */
export interface SyslogSource {
  readonly host: string;
  /** Of the process, so that restarts can be told apart. */
  readonly processId: string;
}

/** Log audit (RFC 5424 section 6.2.1). */
const FACILITY = 13;
const SEVERITIES = { success: 6, failure: 5, refused: 4 } as const;

/** No enterprise number is ours: the one that RFC 5612 keeps for examples. */
const ENTERPRISE = 'latchkey@32473';

const MOST = { host: 255, app: 48, process: 128, message: 32 } as const;

/** PRINTUSASCII, or the nil value. */
const word = (text: string, most: number): string => text.replaceAll(/[^\x21-\x7E]/g, '').slice(0, most) || '-';

const value = (text: string): string => text.replaceAll(/["\\\]]/g, '\\$&').replaceAll(/\p{Cc}/gu, ' ');

const structured = (id: string, fields: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `[${[id, ...given.map(([name, text]) => `${name}="${value(text)}"`)].join(' ')}]`;
};

interface Line {
  readonly at: number;
  readonly severity: number;
  readonly name: string;
  readonly data: string;
  readonly text: string;
}

const line = ({ host, processId }: SyslogSource, { at, severity, name, data, text }: Line): string =>
  [
    `<${String(FACILITY * 8 + severity)}>1`,
    new Date(at).toISOString(),
    word(host, MOST.host),
    word('latchkey', MOST.app),
    word(processId, MOST.process),
    word(name, MOST.message),
    data,
    text,
  ].join(' ');

/**
 * An event as a message of RFC 5424: its type as MSGID, its fields as structured data, and the sentence of its type.
 *
 * @param about the sentence
 */
export const syslogEvent = (source: SyslogSource, event: AuditRecord, about: string): string => {
  const { id, at, type, result, subject, actor, method, reason, clientId, address, agent } = event;
  const { correlation, typedNameHash, batch, erased, foreign } = event;
  return line(source, {
    at,
    severity: SEVERITIES[result],
    name: type,
    data: structured(ENTERPRISE, {
      ...{
        id,
        type,
        result,
        subject,
        actor,
        method,
        reason,
        clientId,
        address,
        agent,
        correlation,
        typedNameHash,
        batch,
      },
      erased: erased && 'true',
      foreign: foreign && 'true',
    }),
    text: about,
  });
};

/** A head of the chain, which has to arrive as it is. */
export const syslogHead = (source: SyslogSource, at: number, head: string): string =>
  line(source, { at, severity: 5, name: 'audit.head', data: '-', text: head });

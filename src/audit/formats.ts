import type { EventCatalogue } from './event.ts';
import type { AuditRecord } from './record.ts';
import { syslogEvent } from './syslog-message.ts';
import type { SyslogSource } from './syslog-message.ts';

/** How events are written down for other programs. */
export interface Format {
  /** The first line, where there is one. */
  readonly head?: string;
  /** One event, without a line break. */
  line(event: AuditRecord): string;
}

/** As programs get it: times as text (RFC 3339). */
export const told = ({ at, ...event }: AuditRecord) => ({ at: new Date(at).toISOString(), ...event });

const COLUMNS = [
  ...(['at', 'id', 'type', 'result', 'subject', 'actor', 'method', 'reason', 'clientId'] as const),
  ...(['address', 'agent', 'correlation', 'typedNameHash', 'batch', 'erased', 'foreign'] as const),
];

/**
 * A field of RFC 4180. What spreadsheets would take for a formula gets an apostrophe in front, since browsers and others
 * say what they like: https://owasp.org/www-community/attacks/CSV_Injection
 */
const cell = (value: string | true | undefined): string => {
  const text = value === undefined ? '' : String(value).replaceAll(/[\r\n]+/g, ' ');
  const harmless = /^\s*[=+\-@\t|%]/.test(text) ? `'${text}` : text;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

export const FORMATS = ['jsonl', 'csv', 'syslog'] as const;
export type FormatName = (typeof FORMATS)[number];

export const formatOf = (name: FormatName, source: SyslogSource, catalogue: EventCatalogue): Format => {
  const formats: Readonly<Record<FormatName, Format>> = {
    jsonl: { line: (event) => JSON.stringify(told(event)) },
    csv: {
      head: COLUMNS.join(','),
      line: (event) => {
        const fields = told(event);
        return COLUMNS.map((column) => cell(fields[column])).join(',');
      },
    },
    syslog: { line: (event) => syslogEvent(source, event, catalogue[event.type]?.about ?? '') },
  };
  return formats[name];
};

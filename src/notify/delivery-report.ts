/** Of a report, in characters. It holds one of our mails at most, which are small; what is behind is not looked at. */
export const LONGEST_REPORT = 1024 * 1024;

type Fields = ReadonlyMap<string, string>;

interface Entity {
  readonly fields: Fields;
  readonly body: readonly string[];
}

const isContinuation = (line: string): boolean => line.startsWith(' ') || line.startsWith('\t');

/** Fields by lower-case name, unfolded (RFC 5322 section 2.2.3); of several of one name the first counts. */
const fieldsOf = (lines: readonly string[]): Fields => {
  const unfolded: string[][] = [];
  for (const line of lines) {
    if (isContinuation(line)) unfolded.at(-1)?.push(line);
    else unfolded.push([line]);
  }
  const fields = new Map<string, string>();
  for (const whole of unfolded.map((pieces) => pieces.join(''))) {
    const colon = whole.indexOf(':');
    const name = whole.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name !== '' && !fields.has(name)) fields.set(name, whole.slice(colon + 1).trim());
  }
  return fields;
};

const entityOf = (lines: readonly string[]): Entity => {
  const blank = lines.indexOf('');
  const end = blank < 0 ? lines.length : blank;
  return { fields: fieldsOf(lines.slice(0, end)), body: lines.slice(end + 1) };
};

interface ContentType {
  readonly type: string;
  readonly parameters: Fields;
}

const unquoted = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;

/** RFC 2045 section 5.1, as far as reports need it: no comments, and no semicolon in a parameter. */
const contentTypeOf = ({ fields }: Entity): ContentType => {
  const [type = '', ...rest] = (fields.get('content-type') ?? '').split(';');
  const parameters = rest.map((parameter): [string, string] => {
    const equals = parameter.indexOf('=');
    return [parameter.slice(0, Math.max(0, equals)).trim().toLowerCase(), unquoted(parameter.slice(equals + 1).trim())];
  });
  return { type: type.trim().toLowerCase(), parameters: new Map(parameters) };
};

/** RFC 2046 section 5.1.1; a last part without an end is taken as it is. */
const partsOf = (body: readonly string[], boundary: string): readonly Entity[] => {
  const found: string[][] = [];
  let current: string[] | undefined;
  for (const line of body) {
    const end = line.trimEnd();
    if (end === `--${boundary}--`) break;
    if (end === `--${boundary}`) {
      current = [];
      found.push(current);
    } else current?.push(line);
  }
  return found.map(entityOf);
};

/** Groups of fields with blank lines between them: one about the message, then one for each recipient. */
const groupsOf = (body: readonly string[]): readonly Fields[] => {
  const groups: string[][] = [[]];
  for (const line of body) {
    if (line.trim() === '') groups.push([]);
    else groups.at(-1)?.push(line);
  }
  return groups.map(fieldsOf);
};

const STATUS_PARTS = ['message/delivery-status', 'message/global-delivery-status'];

/** Class 5 of RFC 3463 section 2: what was tried once will fail again. */
const PERMANENT = /^5\.\d{1,3}\.\d{1,3}(?![\d.])/;

const statusOf = (group: Fields): string | undefined => {
  const action = /^[a-z]+/.exec((group.get('action') ?? '').toLowerCase())?.[0];
  return action === 'failed' ? PERMANENT.exec(group.get('status') ?? '')?.[0] : undefined;
};

/**
 * Why a mail could not be delivered for good, as a status code (RFC 3463) such as `5.1.1`, by a delivery status
 * notification (RFC 3464, or RFC 6533 for addresses of any script). Undefined for anything else: a delay, a success,
 * an answer of a person or of a vacation program, or what is no mail at all. It takes time in proportion to the length.
 */
export const failureIn = (mail: string): string | undefined => {
  const lines = mail
    .slice(0, LONGEST_REPORT)
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const report = entityOf(lines);
  const { type, parameters } = contentTypeOf(report);
  const boundary = parameters.get('boundary') ?? '';
  if (type !== 'multipart/report' || parameters.get('report-type')?.toLowerCase() !== 'delivery-status')
    return undefined;
  if (boundary === '') return undefined;
  return partsOf(report.body, boundary)
    .filter((part) => STATUS_PARTS.includes(contentTypeOf(part).type))
    .flatMap(({ body }) => groupsOf(body).map(statusOf))
    .find((status) => status !== undefined);
};

/** Fields in which mail servers write whom they delivered a mail to. */
const RECIPIENT_FIELDS = ['delivered-to', 'x-original-to', 'envelope-to', 'to'];

/** Addresses that a mail may have come to, for when no mail server says which it was. */
export const recipientsOf = (mail: string): readonly string[] => {
  const { fields } = entityOf(
    mail
      .slice(0, LONGEST_REPORT)
      .split('\n')
      .map((line) => line.trimEnd()),
  );
  return RECIPIENT_FIELDS.flatMap((name) => (fields.get(name) ?? '').split(/[\s<>,;"]/)).filter((word) =>
    word.includes('@'),
  );
};

import type { Call } from '../../../src/plugin.ts';
import { ScimError } from '../schema/scim-error.ts';

export const SCIM_JSON = 'application/scim+json';
const JSON_TYPE = 'application/json';

const typeOf = (value: string): string => (value.split(';', 1)[0] ?? '').trim().toLowerCase();

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)"?/i;

/** RFC 7644 section 3.1: SCIM's own media type or plain JSON, in UTF-8. Throws `ScimError` 415. */
export const requireJson = (call: Pick<Call, 'header'>): void => {
  const given = call.header('content-type') ?? '';
  const charset = CHARSET.exec(given)?.[1]?.toLowerCase() ?? 'utf-8';
  const encoding = call.header('content-encoding') ?? 'identity';
  if (![SCIM_JSON, JSON_TYPE].includes(typeOf(given)) || !['utf-8', 'utf8'].includes(charset)) {
    throw new ScimError(415, `a body is ${SCIM_JSON} in UTF-8`);
  }
  if (encoding.toLowerCase() !== 'identity') throw new ScimError(415, 'a body is not compressed');
};

/** The media type of an answer: plain JSON for a client that asks for that and does not name SCIM's. */
export const answerType = (call: Pick<Call, 'header'>): string => {
  const wanted = (call.header('accept') ?? '').split(',').map(typeOf);
  return wanted.includes(JSON_TYPE) && !wanted.includes(SCIM_JSON) ? JSON_TYPE : SCIM_JSON;
};

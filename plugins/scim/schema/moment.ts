/** xsd:dateTime (RFC 7643 section 2.3.5). */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-]\d\d:\d\d)?$/i;

/** Epoch milliseconds of a dateTime, or undefined for what is none. Without a zone it is in UTC. */
export const momentOf = (text: string): number | undefined => {
  const found = MOMENT.exec(text);
  if (!found) return undefined;
  const milliseconds = Date.parse(found[2] === undefined ? `${text}Z` : text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids that servers give as text, in lower case. */
export const idText = (value: Buffer): string => value.toString('utf8').toLowerCase();

/** entryUUID (RFC 4530). */
export const uuidValue = (id: string): string | undefined => (UUID.test(id) ? id : undefined);

/** What a browser signs when it is paired. */
export const pairingText = (code: string, publicKey: string): string => `latchkey pairing\n${code}\n${publicKey}`;

/** What it signs when it answers; the number may be empty where nothing is approved. */
export const answerText = (request: string, decision: string, number: string): string =>
  `latchkey approval\n${request}\n${decision}\n${number}`;

/** What it signs when it wants to be told of requests: where, and what is encrypted for it (RFC 8291 section 2.1). */
export const tellingText = (endpoint: string, p256dh: string, auth: string): string =>
  `latchkey push\n${endpoint}\n${p256dh}\n${auth}`;

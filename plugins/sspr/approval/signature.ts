/** What a browser signs when it is paired. */
export const pairingText = (code: string, publicKey: string): string => `latchkey pairing\n${code}\n${publicKey}`;

/** What it signs when it answers; the number may be empty where nothing is approved. */
export const answerText = (request: string, decision: string, number: string): string =>
  `latchkey approval\n${request}\n${decision}\n${number}`;

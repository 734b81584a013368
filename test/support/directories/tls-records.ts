const HEADER = 5;
const CHANGE_CIPHER_SPEC = 20;

/** Lengths of `Finished` when it is encrypted: by ChaCha20 or AES in TLS 1.2, with SHA-256 or SHA-384 in TLS 1.3. */
const FINISHED: ReadonlySet<number> = new Set([32, 40, 53, 69]);

/**
 * Cuts what a TLS client sends into records (RFC 8446 section 5.1) and numbers the messages in it. After
 * `change_cipher_spec`, which TLS 1.3 sends for the sake of what stands between, comes `Finished`; each record from
 * then on is taken for one message, as clients of LDAP write them.
 *
 * @returns takes bytes as they come, gives whole records, each with its number: 0 while hands are being shaken
 */
export const numberedMessages = (): ((
  bytes: Buffer,
) => readonly { readonly record: Buffer; readonly message: number }[]) => {
  let rest: Buffer = Buffer.alloc(0);
  let handshaken: 'no' | 'nearly' | 'yes' = 'no';
  let messages = 0;
  const numberOf = (record: Buffer): number => {
    if (handshaken === 'yes') return (messages += 1);
    // A server that asks for a certificate, as Samba does, is told first that there is none.
    if (handshaken === 'nearly' && FINISHED.has(record.length - HEADER)) handshaken = 'yes';
    else if (record.readUInt8(0) === CHANGE_CIPHER_SPEC) handshaken = 'nearly';
    return 0;
  };
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const whole = [];
    while (rest.length >= HEADER && rest.length >= HEADER + rest.readUInt16BE(3)) {
      const record = rest.subarray(0, HEADER + rest.readUInt16BE(3));
      rest = rest.subarray(record.length);
      whole.push({ record, message: numberOf(record) });
    }
    return whole;
  };
};

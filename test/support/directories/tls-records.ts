const HEADER = 5;
const CHANGE_CIPHER_SPEC = 20;

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
  const numberOf = (type: number): number => {
    if (handshaken === 'yes') return (messages += 1);
    if (handshaken === 'nearly') handshaken = 'yes';
    else if (type === CHANGE_CIPHER_SPEC) handshaken = 'nearly';
    return 0;
  };
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const whole = [];
    while (rest.length >= HEADER && rest.length >= HEADER + rest.readUInt16BE(3)) {
      const record = rest.subarray(0, HEADER + rest.readUInt16BE(3));
      rest = rest.subarray(record.length);
      whole.push({ record, message: numberOf(record.readUInt8(0)) });
    }
    return whole;
  };
};

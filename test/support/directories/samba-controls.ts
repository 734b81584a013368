import { Ber, Control } from 'ldapts';
import type { BerWriter } from 'ldapts';

const DACL = 4;

/** LDAP_SERVER_SD_FLAGS_OID (MS-ADTS section 3.1.1.3.4.1.11): only who may do what, neither owner nor auditing. */
export class SecurityDescriptor extends Control {
  constructor() {
    super('1.2.840.113556.1.4.801', { critical: true });
  }

  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from([Ber.Sequence | Ber.Constructor, 3, Ber.Integer, 1, DACL]), Ber.OctetString);
  }
}

import { BerWriter } from 'ldapts';
import type { Client, Control } from 'ldapts';
import { change } from './common-work.ts';
import type { DirectoryServer } from './directory-server.ts';
import { unicodePwd } from './samba-administrator.ts';

/** RFC 3062. */
const PASSWORD_MODIFY = '1.3.6.1.4.1.4203.1.11.1';
const USER = 0x80;
const OLD = 0x81;
const NEW = 0x82;

const passwordModify = (dn: string, next: string, old?: string): Buffer => {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeString(dn, USER);
  if (old !== undefined) writer.writeString(old, OLD);
  writer.writeString(next, NEW);
  writer.endSequence();
  return writer.buffer;
};

/** Sets a password in the way of the server's kind, with whatever rights the client was bound for. */
export const resetAs = async (
  { kind }: DirectoryServer,
  client: Client,
  dn: string,
  next: string,
  control?: Control,
): Promise<void> => {
  if (kind === 'samba') await client.modify(dn, change('replace', 'unicodePwd', [unicodePwd(next)]), control);
  else await client.exop(PASSWORD_MODIFY, passwordModify(dn, next), control);
};

/** Changes a password from the old one, as its owner does. */
export const changeAs = async (
  { kind }: DirectoryServer,
  client: Client,
  dn: string,
  { old, next }: { readonly old: string; readonly next: string },
  control?: Control,
): Promise<void> => {
  const one = (operation: 'add' | 'delete', password: string) =>
    change(operation, 'unicodePwd', [unicodePwd(password)]);
  if (kind === 'samba') await client.modify(dn, [one('delete', old), one('add', next)], control);
  else await client.exop(PASSWORD_MODIFY, passwordModify(dn, next, old), control);
};

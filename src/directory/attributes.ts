import { AppError } from '../kernel/errors.ts';
import { isMailAddress } from '../kernel/mail-address.ts';
import { fold, FOLD_VERSION, hasInvisible, isStorable } from '../kernel/text.ts';
import { foldedOf } from './folded.ts';
import type { Person } from './person.ts';

type Emails = NonNullable<Person['emails']>;
type PhoneNumbers = NonNullable<Person['phoneNumbers']>;

type Plural = Omit<PhoneNumbers[number], 'verifiedAt'>;

type Kept =
  | ('id' | 'kind' | 'authority' | 'otherNames' | 'yieldedNames' | 'adminRoles' | 'epoch')
  | ('source' | 'attributeSources' | 'createdAt' | 'updatedAt');
type Derived = 'userNameFolded' | 'foldVersion' | 'folded';

/** What others may write of a person: SCIM's attributes, without folded copies and without marks of verification. */
export type Attributes = Omit<Person, Kept | Derived | 'emails' | 'phoneNumbers'> & {
  readonly emails?: readonly Plural[];
  readonly phoneNumbers?: readonly Plural[];
};

const LONGEST_NAME = 256;

/** A name as it is kept: without surrounding space. Throws `bad_request`. */
export const checkedName = (name: string, what: string): string => {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > LONGEST_NAME || !isStorable(trimmed) || hasInvisible(trimmed)) {
    throw new AppError('bad_request', `${what} has 1 to ${String(LONGEST_NAME)} visible characters`);
  }
  return trimmed;
};

const checkedMail = (value: string): string => {
  const trimmed = value.trim();
  if (!isMailAddress(trimmed)) throw new AppError('bad_request', 'a mail address has the form name@domain');
  return trimmed;
};

/** A mark of verification belongs to one exact value: it stays with that value and with no other. */
const markOf = (
  known: readonly { readonly value: string; readonly verifiedAt?: number }[] | undefined,
  value: string,
): { readonly verifiedAt?: number } => {
  const verifiedAt = known?.find((one) => one.value === value)?.verifiedAt;
  return verifiedAt === undefined ? {} : { verifiedAt };
};

// Picked one by one: a caller's object may hold more than its type says, a forged mark of verification for one.
const plural = ({ type, display, primary }: Plural) => ({
  ...(type === undefined ? {} : { type }),
  ...(display === undefined ? {} : { display }),
  ...(primary === undefined ? {} : { primary }),
});

const storedEmail = (email: Plural, before: Person | undefined): Emails[number] => {
  const value = checkedMail(email.value);
  return { ...plural(email), value, ...markOf(before?.emails, value) };
};

const storedPhone = (phone: Plural, before: Person | undefined): PhoneNumbers[number] => ({
  ...plural(phone),
  value: phone.value,
  ...markOf(before?.phoneNumbers, phone.value),
});

type Stored = Omit<Person, Kept>;

/** The attributes as they are stored: names checked, folded copies made, marks kept where `before` had them. */
export const storedAttributes = (given: Attributes, before?: Person): Stored => {
  const { emails, phoneNumbers, ...rest } = given;
  const userName = checkedName(given.userName, 'a user name');
  const stored = {
    ...rest,
    userName,
    ...(emails && { emails: emails.map((email) => storedEmail(email, before)) }),
    ...(phoneNumbers && { phoneNumbers: phoneNumbers.map((phone) => storedPhone(phone, before)) }),
  };
  return { ...stored, userNameFolded: fold(userName), foldVersion: FOLD_VERSION, folded: foldedOf(stored) };
};

/** What may be read and written again: a person without what the directory keeps for itself. */
export const attributesOf = (person: Person): Attributes => {
  const {
    id: _id,
    kind: _kind,
    authority: _authority,
    otherNames: _otherNames,
    yieldedNames: _yieldedNames,
    adminRoles: _adminRoles,
    epoch: _epoch,
    source: _source,
    attributeSources: _attributeSources,
    createdAt: _createdAt,
    updatedAt: _updatedAt,
    userNameFolded: _userNameFolded,
    foldVersion: _foldVersion,
    folded: _folded,
    emails,
    phoneNumbers,
    ...rest
  } = person;
  return {
    ...rest,
    ...(emails && { emails: emails.map(({ verifiedAt: _verifiedAt, ...email }) => email) }),
    ...(phoneNumbers && { phoneNumbers: phoneNumbers.map(({ verifiedAt: _verifiedAt, ...phone }) => phone) }),
  };
};

import type { Schema } from './attribute.ts';

/** What the sub-attributes of lists are, unless something else is said of them (RFC 7643 section 2.4). */
const ofLists: Readonly<Record<string, string>> = {
  value: 'The value itself.',
  display: 'What people are shown for the value.',
  type: 'What the value is for.',
  primary: 'Whether it is the preferred one; at most one of a list is.',
  $ref: 'Address of the resource.',
};

/** In our own words, for those who set a directory up: by the name of the schema, or of the attribute, dotted. */
const descriptions: Readonly<Record<string, string>> = {
  User: 'A person who signs in.',
  Group: 'People and other groups that belong together.',
  EnterpriseUser: 'What an organization keeps about those who work there.',

  userName: 'The name by which somebody signs in: one person has it, whatever its case.',
  name: 'The parts of a person’s name.',
  'name.formatted': 'The whole name, as it is shown.',
  'name.familyName': 'Family name.',
  'name.givenName': 'Given name.',
  'name.middleName': 'Middle names.',
  'name.honorificPrefix': 'Titles before the name.',
  'name.honorificSuffix': 'What follows the name.',
  displayName: 'The name that others are shown.',
  nickName: 'How somebody is called in everyday life.',
  profileUrl: 'Address of a page about the person.',
  title: 'What somebody is at work.',
  userType: 'How an organization counts them, such as contractor.',
  preferredLanguage: 'Language that somebody would read.',
  locale: 'Where dates, numbers and money are written as somebody is used to.',
  timezone: 'Time zone, by its name in the IANA database.',
  active: 'Whether they may sign in.',
  password: 'A password to set; it is never shown.',
  emails: 'Mail addresses.',
  'emails.value': 'The address.',
  phoneNumbers: 'Telephone numbers.',
  'phoneNumbers.value': 'The number, as it was sent.',
  ims: 'Addresses for instant messages.',
  photos: 'Pictures of the person.',
  'photos.value': 'Address of the picture.',
  addresses: 'Postal addresses.',
  'addresses.formatted': 'The whole address, as it is written on an envelope.',
  'addresses.streetAddress': 'Street, number and what else leads to the door.',
  'addresses.locality': 'City or place.',
  'addresses.region': 'State or region.',
  'addresses.postalCode': 'Postal code.',
  'addresses.country': 'Country, as it was sent.',
  groups: 'Groups that the person is in, changed through the groups.',
  'groups.value': 'Id of the group.',
  'groups.display': 'Name of the group.',
  'groups.type': 'Whether they are a member themselves, or through another group.',
  entitlements: 'What somebody may have or use, to apps.',
  roles: 'What somebody is to apps.',

  'Group.displayName': 'Name of the group.',
  members: 'People and groups in it.',
  'members.value': 'Id of the member.',
  'members.type': 'Whether the member is a person or a group.',
  'members.display': 'Name of the member.',

  employeeNumber: 'Number that the organization knows them by.',
  costCenter: 'Cost centre.',
  organization: 'Organization.',
  division: 'Division.',
  department: 'Department.',
  manager: 'Whom they report to.',
  'manager.value': 'Id of the manager.',
  'manager.displayName': 'Name of the manager.',
};

const known = (key: string): string | undefined => (Object.hasOwn(descriptions, key) ? descriptions[key] : undefined);

/** What a schema is; undefined for one of the operator's own. */
export const describedSchema = ({ name }: Pick<Schema, 'name'>): string | undefined => known(name);

/**
 * What an attribute of a core schema or the enterprise one is; undefined for the operator's own.
 *
 * @param path its name, or those of its parent and itself with a dot between
 */
export const describedAttribute = (schema: Pick<Schema, 'name'>, path: string): string | undefined => {
  if (describedSchema(schema) === undefined) return undefined;
  const [, sub] = path.split('.');
  return known(`${schema.name}.${path}`) ?? known(path) ?? (sub !== undefined ? ofLists[sub] : undefined);
};

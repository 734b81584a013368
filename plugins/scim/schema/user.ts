import { isMailAddress } from '../../../src/kernel/mail-address.ts';
import { hasInvisible } from '../../../src/kernel/text.ts';
import { attribute, complex, derived, text } from './attribute.ts';
import type { Attribute, Schema } from './attribute.ts';

/** Without copies of their own: the list they stand in is copied whole. */
const within = (name: string, canonicalValues?: readonly string[]): Attribute =>
  attribute(name, 'string', canonicalValues ? { canonicalValues } : {});

/** A multi-valued attribute with the sub-attributes of RFC 7643 section 2.4. */
const plural = (name: string, types: readonly string[], value: Attribute = within('value')): Attribute =>
  complex(
    name,
    [
      value,
      within('display'),
      types.length > 0 ? within('type', types) : within('type'),
      attribute('primary', 'boolean'),
    ],
    { multiValued: true, sorted: `folded.leading.${name}` },
  );

const addressParts = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'];
const nameParts = ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'];

const LONGEST_NAME = 256;

/** A name as the directory takes it. */
export const namable = { longest: LONGEST_NAME, accepts: (name: string): boolean => !hasInvisible(name) } as const;

/** RFC 7643 sections 4.1 and 8.7.1. There is no `x509Certificates`: nothing here would use one. */
export const userSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  attributes: [
    text('userName', { required: true, uniqueness: 'server', lasting: true, folded: 'userNameFolded', ...namable }),
    complex(
      'name',
      nameParts.map((part) => within(part)),
    ),
    text('displayName'),
    text('nickName'),
    attribute('profileUrl', 'reference', { referenceTypes: ['external'] }),
    text('title'),
    text('userType'),
    text('preferredLanguage'),
    text('locale'),
    text('timezone'),
    attribute('active', 'boolean', { lasting: true }),
    derived('password', 'string', { caseExact: true, mutability: 'writeOnly', returned: 'never' }),
    plural('emails', ['work', 'home', 'other'], attribute('value', 'string', { accepts: isMailAddress })),
    plural('phoneNumbers', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    plural('ims', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
    plural('photos', ['photo', 'thumbnail'], attribute('value', 'reference', { referenceTypes: ['external'] })),
    complex(
      'addresses',
      [
        ...addressParts.map((part) => within(part)),
        within('type', ['work', 'home', 'other']),
        attribute('primary', 'boolean'),
      ],
      { multiValued: true },
    ),
    derived('groups', 'complex', {
      multiValued: true,
      subAttributes: [
        derived('value', 'string', { caseExact: true }),
        derived('$ref', 'reference', { referenceTypes: ['Group'] }),
        derived('display', 'string'),
        derived('type', 'string', { canonicalValues: ['direct', 'indirect'] }),
      ],
    }),
    plural('entitlements', []),
    plural('roles', []),
  ],
};

/** RFC 7643 section 4.3. */
export const enterpriseSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  attributes: [
    text('employeeNumber'),
    text('costCenter'),
    text('organization'),
    text('division'),
    text('department'),
    complex('manager', [
      attribute('value', 'string', { caseExact: true }),
      derived('$ref', 'reference', { referenceTypes: ['User'] }),
      attribute('displayName', 'string', { mutability: 'readOnly' }),
    ]),
  ],
};

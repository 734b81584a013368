import { expect } from 'chai';
import { patched } from '../../plugins/scim/patch/attributes.ts';
import { operationsOf, PATCH_SCHEMA } from '../../plugins/scim/patch/operation.ts';
import type { ResourceType } from '../../plugins/scim/schema/attribute.ts';
import { coerce } from '../../plugins/scim/schema/coerce.ts';
import { ScimError } from '../../plugins/scim/schema/scim-error.ts';
import type { ScimAttributes } from '../../plugins/scim/schema/value.ts';
import { ENTERPRISE, User } from './people.ts';

export const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

export const anna = coerce(User, {
  userName: 'anna',
  active: true,
  title: 'Dr',
  name: { givenName: 'Anna', familyName: 'Ärger' },
  emails: [
    { value: 'anna@x.example', type: 'work', primary: true },
    { value: 'anna@home.example', type: 'home' },
  ],
  [ENTERPRISE]: { department: 'Sales', manager: { value: 'm1' } },
});

/** The person after a request with these operations, as they come over the wire. */
export const after = (
  operations: readonly object[],
  before: ScimAttributes = anna,
  type: ResourceType = User,
): ScimAttributes => patched(type, before, operationsOf({ schemas: [PATCH_SCHEMA], Operations: operations }));

export const fault = (operations: readonly object[], type = User): unknown => {
  try {
    return after(operations, anna, type);
  } catch (error) {
    return error;
  }
};

export const isRefused = (scimType: string, ...operations: readonly object[]): void => {
  expect(fault(operations), JSON.stringify(operations))
    .to.be.instanceOf(ScimError)
    .and.to.include({ scimType, status: 400 });
};

import { sourceOf } from '../clients/client.ts';
import { extensionSchemas } from '../schema/extension.ts';
import type { ExtensionsConfig } from '../schema/extension.ts';
import { resourceTypes } from '../schema/resource-types.ts';
import { ownableNames } from './names.ts';

type Owners = readonly { readonly client: string; readonly attributes: readonly string[] }[];

/** Sources by the attributes that they write of everybody. */
export const ownersIn = (owners: Owners): Readonly<Record<string, string>> =>
  Object.fromEntries(
    owners.flatMap(({ client, attributes }) => attributes.map((name) => [name, sourceOf({ name: client })])),
  );

/** Attributes that there are not, that go with the person, or that two clients would write. */
export const ownershipFaults = (owners: Owners, extensions: ExtensionsConfig) => {
  const ownable = ownableNames(resourceTypes(extensionSchemas(extensions)).User);
  const named = owners.flatMap(({ attributes }, at) => attributes.map((name, position) => ({ name, at, position })));
  return named.flatMap(({ name, at, position }, order) => {
    const path = [at, 'attributes', position];
    if (named.findIndex((one) => one.name === name) < order) return [{ path, message: `${name} is another client's` }];
    return ownable.includes(name) ? [] : [{ path, message: `no attribute ${name} can have a source of its own` }];
  });
};

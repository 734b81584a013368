import type { By } from '../../../src/plugin.ts';
import type { ResourceType } from '../schema/attribute.ts';

export type TypeName = ResourceType['name'];

/** A program that proved who it is. */
export interface Client {
  /** Tokens and OAuth clients of one name are one source of people and groups. */
  readonly name: string;
  readonly access: 'read' | 'write';
  readonly types: ReadonlySet<TypeName>;
}

/** What records of people and groups name as their source. */
export const sourceOf = ({ name }: Pick<Client, 'name'>): string => `scim:${name}`;

/** Who asks, and from where. */
export interface Asker {
  readonly client: Client;
  readonly by: By;
  /** The person who asks about themselves; absent where a program asks. */
  readonly person?: string;
}

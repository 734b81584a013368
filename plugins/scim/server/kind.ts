import type { Page, Slice } from '../../../src/store/port.ts';
import type { Query, Sort } from '../../../src/store/query.ts';
import type { Asker } from '../clients/client.ts';
import type { RelatedQuestion } from '../filter/related.ts';
import type { Operation } from '../patch/operation.ts';
import type { ResourceType } from '../schema/attribute.ts';
import type { ScimObject } from '../schema/value.ts';

/** A resource as a client reads it, with all of its attributes that are wanted; `meta.version` is its ETag. */
export type Resource = ScimObject;

/** Whether an attribute is in the answer at all: what is not need not be read. */
export type Wanted = (attribute: string) => boolean;

/** The conditions of a request (RFC 7644 section 3.14), as sent. */
export interface Conditions {
  readonly ifMatch?: string;
}

/** A kind of resource, as the server needs to know it. What stands in the way is thrown as `ScimError`. */
export interface Kind {
  readonly type: ResourceType;

  get(asker: Asker, id: string, wanted: Wanted): Promise<Resource | undefined>;
  /** @param given the body as parsed, of nothing known yet */
  create(asker: Asker, given: unknown, wanted: Wanted): Promise<Resource>;
  replace(asker: Asker, id: string, given: unknown, conditions: Conditions, wanted: Wanted): Promise<Resource>;
  modify(
    asker: Asker,
    id: string,
    operations: readonly Operation[],
    conditions: Conditions,
    wanted: Wanted,
  ): Promise<Resource>;
  remove(asker: Asker, id: string, conditions: Conditions): Promise<void>;

  find(asker: Asker, query: Query, page: Page, wanted: Wanted): Promise<Slice<Resource>>;
  count(asker: Asker, query: Query): Promise<number>;
  /** Ids of the resources that a question about memberships is true of. */
  related(question: RelatedQuestion): Promise<readonly string[]>;
  /** Where the list goes on after so many; undefined at its end. What it costs grows with them. */
  skip(asker: Asker, query: Query, sort: readonly Sort[], resources: number): Promise<string | undefined>;
}

/** What a list of a kind that is all in one collection asks of it. */
export type Listed = Pick<Kind, 'find' | 'count' | 'skip'>;

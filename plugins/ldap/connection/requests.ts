import type * as ldaptsModule from 'ldapts';
import { filterText } from '../filter.ts';
import type { Filter } from '../filter.ts';
import { filterBer } from './filter-ber.ts';
import type { Modification, RequestControl, Search, Value } from './ldap.ts';

/** What is asked for, as figures call it. */
export type Operation = 'bind' | 'unbind' | 'search' | 'modify' | 'add' | 'delete' | 'extended';

/** A request once it has its number. */
export interface Request {
  (messageId: number): Buffer;
  readonly operation: Operation;
}

/** Writes requests; {@link loadRequests} makes it. */
export interface Requests {
  bind(dn: string, password: string, controls?: readonly RequestControl[]): Request;
  unbind(): Request;
  search(search: Search): Request;
  modify(dn: string, changes: readonly Modification[], controls?: readonly RequestControl[]): Request;
  add(dn: string, attributes: Readonly<Record<string, readonly Value[]>>): Request;
  remove(dn: string): Request;
  extended(oid: string, value?: Buffer, controls?: readonly RequestControl[]): Request;
}

type Ldapts = typeof ldaptsModule;

const scopes = { base: 'base', one: 'one', subtree: 'sub' } as const;

// Its Attribute is typed for values that are all text or all bytes, and writes either.
const bytes = (values: readonly Value[]): Buffer[] => values.map((value) => Buffer.from(value));

const controlsBy = (ldapts: Ldapts) => {
  class Given extends ldapts.Control {
    readonly #value: Buffer | undefined;

    constructor({ oid, critical = false, value }: RequestControl) {
      super(oid, { critical });
      this.#value = value;
    }

    override writeControl(writer: ldaptsModule.BerWriter): void {
      if (this.#value) writer.writeBuffer(this.#value, ldapts.Ber.OctetString);
    }
  }
  return (controls: readonly RequestControl[] = []): ldaptsModule.Control[] =>
    controls.map((control) => new Given(control));
};

/** ldapts has filters whose values are text only; this one is BER already. */
const filtersBy = (ldapts: Ldapts) => {
  class Written extends ldapts.Filter {
    override type = ldapts.SearchFilter.and;
    readonly #filter: Filter;

    constructor(filter: Filter) {
      super();
      this.#filter = filter;
    }

    override write(writer: ldaptsModule.BerWriter): void {
      for (const byte of filterBer(this.#filter)) writer.writeByte(byte);
    }

    override toString(): string {
      return filterText(this.#filter);
    }
  }
  return (filter: Filter) => new Written(filter);
};

const requestsBy = (ldapts: Ldapts): Requests => {
  const { Attribute, Change } = ldapts;
  const controlsOf = controlsBy(ldapts);
  const filterOf = filtersBy(ldapts);
  const request = (operation: Operation, made: (messageId: number) => ldaptsModule.Message): Request =>
    Object.assign((messageId: number) => made(messageId).write(), { operation });

  return {
    bind: (dn, password, controls) =>
      request(
        'bind',
        (messageId) => new ldapts.BindRequest({ messageId, dn, password, controls: controlsOf(controls) }),
      ),
    unbind: () => request('unbind', (messageId) => new ldapts.UnbindRequest({ messageId })),
    search: ({ base, scope = 'subtree', filter, attributes, sizeLimit = 0, controls }) =>
      request(
        'search',
        (messageId) =>
          new ldapts.SearchRequest({
            messageId,
            baseDN: base,
            scope: scopes[scope],
            filter: filterOf(filter),
            sizeLimit,
            // Our own clock ends it; the server's would end it with entries that look like all there are.
            timeLimit: 0,
            // RFC 4511 section 4.5.1.8: no attributes have a name of their own, an empty list means all.
            attributes: attributes?.length === 0 ? ['1.1'] : [...(attributes ?? [])],
            controls: controlsOf(controls),
          }),
      ),
    modify: (dn, changes, controls) =>
      request('modify', (messageId) => {
        const made = changes.map(({ operation, attribute, values }) => {
          const modification = new Attribute({ type: attribute, values: bytes(values) });
          return new Change({ operation, modification });
        });
        return new ldapts.ModifyRequest({ messageId, dn, changes: made, controls: controlsOf(controls) });
      }),
    add: (dn, attributes) =>
      request('add', (messageId) => {
        const made = Object.entries(attributes).map(([type, values]) => new Attribute({ type, values: bytes(values) }));
        return new ldapts.AddRequest({ messageId, dn, attributes: made });
      }),
    remove: (dn) => request('delete', (messageId) => new ldapts.DeleteRequest({ messageId, dn })),
    extended: (oid, value, controls) =>
      request(
        'extended',
        (messageId) =>
          new ldapts.ExtendedRequest({
            messageId,
            oid,
            ...(value ? { value } : {}),
            controls: controlsOf(controls),
          }),
      ),
  };
};

/** Loaded when a directory is configured, and not before. */
export const loadRequests = async (): Promise<Requests> => requestsBy(await import('ldapts'));

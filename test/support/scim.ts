import { creatingToken } from '../../plugins/scim/clients/tokens.ts';
import type { ScimToken } from '../../plugins/scim/clients/tokens.ts';
import type { World } from './world.ts';
import { Wire } from './wire.ts';
import type { Reply } from './wire.ts';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
export const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** What stories read of an answer; the rest of it they compare. */
export interface Body {
  readonly id: string;
  readonly meta: Readonly<Record<'location' | 'version' | 'created' | 'lastModified', string>>;
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly nextCursor: string;
  readonly previousCursor: string;
  readonly Resources: readonly Body[];
  readonly [name: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Reply['headers'];
  readonly body: Body;
  readonly text: string;
}

export interface Sent {
  readonly body?: unknown;
  /** In place of what the body would be as JSON. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const withoutAbsent = (headers: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** A program that provisions, with a token or without. */
export class Provisioner implements Disposable {
  readonly base: string;
  readonly #token: string | undefined;
  readonly #wire = new Wire();

  constructor(issuer: string, token?: string) {
    this.base = `${issuer}/scim/v2`;
    this.#token = token;
  }

  async send(method: string, path: string, { body, raw, headers = {} }: Sent = {}): Promise<Answer> {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const reply = await this.#wire.send(path.startsWith('http') ? path : `${this.base}${path}`, {
      method,
      headers: withoutAbsent({
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(text !== undefined && { 'content-type': 'application/scim+json' }),
        accept: 'application/scim+json',
        ...headers,
      }),
      ...(text !== undefined && { body: text }),
    });
    const isJson = reply.headers['content-type']?.includes('json') ?? false;
    return {
      status: reply.status,
      headers: reply.headers,
      body: (isJson ? JSON.parse(reply.body) : {}) as Body,
      text: reply.body,
    };
  }

  get(path: string, sent?: Sent): Promise<Answer> {
    return this.send('GET', path, sent);
  }

  post(path: string, body: unknown, sent: Sent = {}): Promise<Answer> {
    return this.send('POST', path, { body, ...sent });
  }

  put(path: string, body: unknown, sent: Sent = {}): Promise<Answer> {
    return this.send('PUT', path, { body, ...sent });
  }

  /** @param operations of a PatchOp */
  patch(path: string, operations: readonly unknown[], sent: Sent = {}): Promise<Answer> {
    return this.send('PATCH', path, { body: { schemas: [PATCH], Operations: operations }, ...sent });
  }

  delete(path: string, sent?: Sent): Promise<Answer> {
    return this.send('DELETE', path, sent);
  }

  /** A list by its query parameters. */
  list(path: string, parameters: Readonly<Record<string, string | number>> = {}): Promise<Answer> {
    const query = new URLSearchParams(
      Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return this.get(`${path}?${String(query)}`);
  }

  /** Creates somebody. */
  user(userName: string, attributes: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.post('/Users', { schemas: [USER], userName, ...attributes });
  }

  [Symbol.dispose](): void {
    this.#wire[Symbol.dispose]();
  }
}

export type TokenOptions = Partial<Pick<ScimToken, 'name' | 'access' | 'types' | 'expiresAt'>> & {
  readonly slot?: 1 | 2;
};

/** Makes a token, as the command line does. */
export const scimToken = async ({ app, clock }: World, options: TokenOptions = {}): Promise<string> => {
  const { store, secrets, random } = app.foundation;
  const facts = { name: 'entra', access: 'write', types: ['User', 'Group'], slot: 1, ...options } as const;
  const { token, change } = creatingToken(
    { secrets, random },
    {
      ...facts,
      types: [...facts.types],
      createdAt: clock.now(),
    },
  );
  await store.commit([change]);
  return token;
};

export const provisioner = async (world: World, options?: TokenOptions): Promise<Provisioner> =>
  new Provisioner(world.issuer, await scimToken(world, options));

/** Two directories that provision, each with a token of its own; call it inside `describe`, after `useWorld`. */
export const useProvisioners = (
  world: () => World,
): { readonly entra: () => Provisioner; readonly okta: () => Provisioner } => {
  const running = new Map<string, Provisioner>();
  const called = (name: string) => (): Provisioner => {
    const found = running.get(name);
    if (!found) throw new Error('provisioners begin with the first story');
    return found;
  };

  before(async () => {
    for (const name of ['entra', 'okta']) running.set(name, await provisioner(world(), { name }));
  });
  after(() => {
    for (const each of running.values()) each[Symbol.dispose]();
  });

  return { entra: called('entra'), okta: called('okta') };
};

/** One directory that provisions; call it inside `describe`, after `useWorld`. */
export const useProvisioner = (world: () => World): (() => Provisioner) => {
  let running: Provisioner | undefined;

  before(async () => {
    running = await provisioner(world());
  });
  after(() => {
    running?.[Symbol.dispose]();
  });

  return () => {
    if (!running) throw new Error('a provisioner begins with the first story');
    return running;
  };
};

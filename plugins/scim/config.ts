import { z } from 'zod';
import { claimName, duration, scopeName } from '../../src/plugin.ts';
import { ownershipFaults } from './ownership/configured.ts';
import { claimFaults } from './schema/declared.ts';
import { extensionsConfig } from './schema/extension.ts';

export const CLIENT_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Kinds of resources that a client may be limited to. */
export const typeNames = ['User', 'Group'] as const;

const client = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .describe('Client of this provider that may get tokens for the API by client credentials.'),
  name: z
    .string()
    .regex(CLIENT_NAME, 'lower-case letters, digits and dashes, 40 at most')
    .describe('Whose people and groups it writes: clients and tokens of one name share them.'),
  access: z.enum(['read', 'write']).default('write').describe('Whether it may change anything.'),
  types: z
    .array(z.enum(typeNames))
    .min(1)
    .default([...typeNames])
    .describe('Kinds of resources that it sees.'),
});

const claim = z.strictObject({
  attribute: z.string().min(1).describe('Its name, such as `costCenter`.'),
  claim: claimName().describe('The claim by which apps are told it.'),
  scope: scopeName().describe(
    'The scope that the claim comes with, of your own; its name stands on the page of consent.',
  ),
});

const attributeOwner = z.strictObject({
  client: z.string().regex(CLIENT_NAME, 'lower-case letters, digits and dashes, 40 at most').describe('Its name.'),
  attributes: z
    .array(z.string().min(1))
    .min(1)
    .max(100)
    .describe('Names of attributes, such as `department` or `staff.costUnit`; nobody else writes them.'),
});

export const scimConfig = z
  .strictObject({
    clients: z
      .array(client)
      .default([])
      .describe('Who may use SCIM by access tokens of this provider; bearer tokens are made by `latchkey scim token`.'),
    passwords: z
      .boolean()
      .default(false)
      .describe('Whether a client may set the password of people whose password is kept here; ignored otherwise.'),
    extensions: extensionsConfig.describe(
      'Schemas of your own for people (RFC 7643 section 3.3), besides the enterprise one.',
    ),
    claims: z
      .array(claim)
      .default([])
      .describe(
        'Claims for attributes of the core schema and the enterprise extension; your own name theirs themselves.',
      ),
    attributeOwners: z
      .array(attributeOwner)
      .default([])
      .describe('Clients that write single attributes of everybody, also of people whom others bring.'),
    pageSize: z.int().min(1).max(1000).default(100).describe('Resources of a page where the client says nothing.'),
    maxResults: z.int().min(1).max(1000).default(250).describe('Most resources of a page.'),
    bulk: z
      .strictObject({
        maxOperations: z.int().min(1).max(2000).default(1000).describe('Operations of one request.'),
        maxPayloadSize: z
          .int()
          .min(1024)
          .max(64 * 1024 * 1024)
          .default(4 * 1024 * 1024)
          .describe('Bytes of one request.'),
      })
      .prefault({})
      .describe('Requests that bring many changes at once (RFC 7644 section 3.7).'),
    cursorLifetime: duration('1h').describe('How long a cursor of a list may be used (RFC 9865).'),
    requestsPerMinute: z
      .int()
      .min(1)
      .default(6000)
      .describe('Requests of one client in a minute, over all nodes; more are answered with 429.'),
    failuresPerMinute: z
      .int()
      .min(1)
      .default(60)
      .describe(
        'Requests without a valid token from one address in a minute, at each node; more are answered with 429.',
      ),
  })
  .superRefine(({ clients, pageSize, maxResults, extensions, claims, attributeOwners }, context) => {
    for (const { path, message } of claimFaults({ extensions, claims })) {
      context.addIssue({ code: 'custom', path: ['claims', ...path], message });
    }
    for (const { path, message } of ownershipFaults(attributeOwners, extensions)) {
      context.addIssue({ code: 'custom', path: ['attributeOwners', ...path], message });
    }
    const ids = clients.map(({ clientId }) => clientId);
    const again = ids.findIndex((id, at) => ids.indexOf(id) < at);
    if (again >= 0) {
      context.addIssue({ code: 'custom', path: ['clients', again, 'clientId'], message: 'is there already' });
    }
    if (pageSize > maxResults) {
      context.addIssue({ code: 'custom', path: ['pageSize'], message: 'must be at most maxResults' });
    }
  })
  .prefault({});

export type ScimConfig = z.output<typeof scimConfig>;

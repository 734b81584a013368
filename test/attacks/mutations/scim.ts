import type { Row } from './mutation.ts';

const ABUSED = 'test/attacks/scim-tokens-abused.test.ts';
const AUTHENTICATION = 'plugins/scim/clients/authentication.ts';

/** What programs that provision people may send, whose token was stolen or whose words are somebody else's. */
export const scim: readonly Row[] = [
  {
    failure: 'Prototype pollution and exponential parsing in SCIM',
    seen: 'scimmy 1.3.5, scim-patch 0.8.3, scim2-parse-filter 0.2.10',
    mutations: [
      {
        name: 'scim-depth',
        without: 'reads filters of any depth',
        edits: [
          {
            file: 'plugins/scim/filter/parse.ts',
            text: 'if (this.#depth > this.#limits.depth)',
            instead: 'if (this.#depth > 1e9)',
          },
        ],
        attack:
          'test/attacks/scim-hostile-words.test.ts › cost no more than their length: unclosed quotes, parentheses by the thousand, conditions without end',
      },
      {
        name: 'scim-clauses',
        without: 'reads filters of any number of conditions',
        edits: [
          {
            file: 'plugins/scim/filter/parse.ts',
            text: 'if (this.#clauses > this.#limits.clauses)',
            instead: 'if (this.#clauses > 1e9)',
          },
        ],
        attack:
          'test/attacks/scim-hostile-words.test.ts › cost no more than their length: unclosed quotes, parentheses by the thousand, conditions without end',
      },
    ],
  },
  {
    failure: 'People of one directory taken over by another, or by whoever has their name next',
    seen: 'reasoned',
    mutations: [
      {
        name: 'scim-any-owner',
        without: 'lets every client of SCIM write everybody',
        edits: [
          {
            file: 'plugins/scim/clients/ownership.ts',
            text: 'if (source !== sourceOf(client)) {',
            instead: 'if (source !== sourceOf(client) && source === "") {',
          },
        ],
        attack: `${ABUSED} › takes over nobody whom another brought, by their id, name, mail or external id`,
      },
      {
        name: 'scim-any-return',
        without: 'brings a deleted person back for whichever client names their external id',
        edits: [
          {
            file: 'plugins/scim/people/external-ids.ts',
            text: "secrets.hash('scim external id', `${source}\\0${externalId}`)",
            instead: "secrets.hash('scim external id', `${source.slice(0, 5)}\\0${externalId}`)",
          },
        ],
        attack: `${ABUSED} › takes over nobody whom another brought, by their id, name, mail or external id`,
      },
      {
        name: 'scim-any-token',
        without: 'takes every access token of the provider for one that provisions',
        edits: [
          {
            file: AUTHENTICATION,
            text: 'return known?.resource === resourceOf(issuer) && known.scopes.has(SCOPE) ? known : undefined;',
            instead: 'return known;',
          },
          {
            file: AUTHENTICATION,
            text: 'if (!known || known.accountId',
            instead:
              "if (known) return { name: 'anybody', access: 'write', types: new Set(['User']) };\n  if (!known || known.accountId",
          },
        ],
        attack: `${ABUSED} › opens nothing else, and nothing else opens SCIM`,
      },
    ],
  },
];
